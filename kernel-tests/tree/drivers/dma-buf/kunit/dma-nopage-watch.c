// SPDX-License-Identifier: GPL-2.0
/*
 * What happens unseen: cache maintenance, and complaints of the DMA API's
 * debugging.
 */
#include <linux/debugfs.h>
#include <linux/slab.h>

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
#else
void nopage_watch_complaints(struct kunit *test)
{
}

void nopage_allow_complaint(struct kunit *test)
{
}
#endif /* CONFIG_DMA_API_DEBUG && CONFIG_DEBUG_FS */
