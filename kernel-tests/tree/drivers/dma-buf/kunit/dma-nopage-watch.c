// SPDX-License-Identifier: GPL-2.0
/*
 * What happens unseen: cache maintenance, and complaints and mappings of the DMA
 * API's debugging.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "dma-nopage-test.h"

#ifdef CONFIG_OUTER_CACHE
#include <asm/outercache.h>

static struct {
	struct outer_cache_fns saved;
	unsigned long start;
	unsigned long end;
	bool touched;
} watch;

static void nopage_see(unsigned long start, unsigned long end)
{
	if (start < watch.end && end > watch.start)
		watch.touched = true;
}

static void nopage_inv_range(unsigned long start, unsigned long end)
{
	nopage_see(start, end);
	if (watch.saved.inv_range)
		watch.saved.inv_range(start, end);
}

static void nopage_clean_range(unsigned long start, unsigned long end)
{
	nopage_see(start, end);
	if (watch.saved.clean_range)
		watch.saved.clean_range(start, end);
}

static void nopage_flush_range(unsigned long start, unsigned long end)
{
	nopage_see(start, end);
	if (watch.saved.flush_range)
		watch.saved.flush_range(start, end);
}

static void nopage_watch_end(void *unused)
{
	outer_cache = watch.saved;
}

bool nopage_can_watch_cache(void)
{
	return true;
}

/* The architecture does not write to outer_cache after early boot. */
void nopage_watch_cache(struct kunit *test, phys_addr_t phys, size_t size)
{
	watch.saved = outer_cache;
	watch.start = phys;
	watch.end = phys + size;
	watch.touched = false;
	outer_cache.inv_range = nopage_inv_range;
	outer_cache.clean_range = nopage_clean_range;
	outer_cache.flush_range = nopage_flush_range;
	nopage_defer(test, nopage_watch_end, NULL);
}

bool nopage_cache_was_touched(void)
{
	return watch.touched;
}
#else
bool nopage_can_watch_cache(void)
{
	return false;
}

void nopage_watch_cache(struct kunit *test, phys_addr_t phys, size_t size)
{
}

bool nopage_cache_was_touched(void)
{
	return false;
}
#endif /* CONFIG_OUTER_CACHE */

#if defined(CONFIG_DMA_API_DEBUG) && defined(CONFIG_DEBUG_FS)
static struct {
	struct kunit *test;
	u32 before;
	u32 allowed;
} complaints;

/* A counter that dma-debug shows in debugfs. */
static u32 *nopage_dma_debug(const char *name)
{
	struct dentry *dir = debugfs_lookup("dma-api", NULL);
	struct dentry *file = dir ? debugfs_lookup(name, dir) : NULL;
	u32 *value = file ? d_inode(file)->i_private : NULL;

	dput(file);
	dput(dir);
	return value;
}

/* Runs last, as it was deferred first. */
static void nopage_expect_no_complaint(void *data)
{
	u32 *errors = nopage_dma_debug("error_count");

	KUNIT_EXPECT_LE_MSG(complaints.test, *errors - complaints.before,
			    complaints.allowed,
			    "the DMA API's debugging complains");
}

void nopage_watch_complaints(struct kunit *test)
{
	u32 *errors = nopage_dma_debug("error_count");
	u32 *show_all = nopage_dma_debug("all_errors");

	KUNIT_ASSERT_NOT_NULL(test, errors);
	KUNIT_ASSERT_NOT_NULL(test, show_all);
	*show_all = 1;
	complaints.test = test;
	complaints.before = *errors;
	complaints.allowed = 0;
	nopage_defer(test, nopage_expect_no_complaint, NULL);
}

void nopage_allow_complaint(struct kunit *test)
{
	complaints.allowed++;
}

bool nopage_can_list_mappings(void)
{
	return true;
}

/* The list of mappings as debugfs shows it, though it is mounted nowhere. */
static ssize_t nopage_read_mappings(char *to, size_t size)
{
	struct file_system_type *debugfs = get_fs_type("debugfs");
	struct kvec vec = { .iov_base = to, .iov_len = size };
	struct iov_iter iter;
	struct kiocb iocb;
	struct file *file;
	struct path root;
	ssize_t ret;

	root.mnt = vfs_kern_mount(debugfs, 0, "debugfs", NULL);
	if (IS_ERR(root.mnt))
		return PTR_ERR(root.mnt);
	root.dentry = root.mnt->mnt_root;

	file = file_open_root(&root, "dma-api/dump", O_RDONLY, 0);
	ret = PTR_ERR_OR_ZERO(file);
	if (!ret) {
		init_sync_kiocb(&iocb, file);
		iov_iter_kvec(&iter, READ, &vec, 1, size);
		ret = seq_read_iter(&iocb, &iter);
		fput(file);
	}
	mntput(root.mnt);
	return ret;
}

/* The number behind @name, which is in base 16 with or without 0x. */
static u64 nopage_number(const char *line, const char *name)
{
	const char *at = strstr(line, name);

	return at ? simple_strtoull(at + strlen(name), NULL, 16) : 0;
}

phys_addr_t nopage_listed_phys(struct kunit *test, struct device *dev,
			       dma_addr_t dma)
{
	char *list = kunit_kzalloc(test, SZ_64K, GFP_KERNEL), *line;
	ssize_t size;

	KUNIT_ASSERT_NOT_NULL(test, list);
	size = nopage_read_mappings(list, SZ_64K - 1);
	KUNIT_ASSERT_GE(test, size, 0);
	KUNIT_ASSERT_LT(test, size, SZ_64K - 1);

	while ((line = strsep(&list, "\n")))
		if (str_has_prefix(line, dev_name(dev)) &&
		    nopage_number(line, " D=") == dma)
			return nopage_number(line, " P=");
	return 0;
}
#else
void nopage_watch_complaints(struct kunit *test)
{
}

void nopage_allow_complaint(struct kunit *test)
{
}

bool nopage_can_list_mappings(void)
{
	return false;
}

phys_addr_t nopage_listed_phys(struct kunit *test, struct device *dev,
			       dma_addr_t dma)
{
	return 0;
}
#endif /* CONFIG_DMA_API_DEBUG && CONFIG_DEBUG_FS */
