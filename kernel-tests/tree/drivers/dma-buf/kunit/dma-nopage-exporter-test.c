// SPDX-License-Identifier: GPL-2.0
/*
 * The exporter's own views of its buffer, vmap and mmap, show its bytes
 * whatever the memory is.
 */
#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x65787031

static struct dma_buf *export_filled(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct nopage_vb2 *from = nopage_vb2_alloc(test, dev, kind, SIZE);

	nopage_fill(nopage_vb2_vaddr(from), SIZE, SEED);
	return nopage_vb2_export(test, from);
}

static void vmap_shows_bytes(struct kunit *test, enum nopage_kind kind)
{
	struct dma_buf *dmabuf = export_filled(test, kind);
	struct iosys_map map;
	int ret = nopage_dmabuf_vmap(dmabuf, &map);

	if (ret)
		nopage_refused(test, kind, "vmap", ret);
	KUNIT_EXPECT_TRUE(test, nopage_holds(map.vaddr, SIZE, SEED));
	nopage_dmabuf_vunmap(dmabuf, &map);
}

static void mmap_shows_bytes(struct kunit *test, enum nopage_kind kind)
{
	struct dma_buf *dmabuf = export_filled(test, kind);
	void *seen = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	ret = nopage_user_read(dmabuf, seen);
	if (ret)
		nopage_refused(test, kind, "mmap", ret);
	KUNIT_EXPECT_TRUE(test, nopage_holds(seen, PAGE_SIZE, SEED));
}

static void page_vmap_shows_bytes(struct kunit *test)
{
	vmap_shows_bytes(test, NOPAGE_ORDINARY);
}

static void page_mmap_shows_bytes(struct kunit *test)
{
	mmap_shows_bytes(test, NOPAGE_ORDINARY);
}

static void nomap_vmap_shows_bytes(struct kunit *test)
{
	vmap_shows_bytes(test, NOPAGE_NOMAP);
}

static void nomap_mmap_shows_bytes(struct kunit *test)
{
	mmap_shows_bytes(test, NOPAGE_NOMAP);
}

static void nopage_vmap_shows_bytes(struct kunit *test)
{
	vmap_shows_bytes(test, NOPAGE_OUTSIDE);
}

static void nopage_mmap_shows_bytes(struct kunit *test)
{
	mmap_shows_bytes(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_exporter_cases[] = {
	KUNIT_CASE(page_vmap_shows_bytes),
	KUNIT_CASE(page_mmap_shows_bytes),
	KUNIT_CASE(nomap_vmap_shows_bytes),
	KUNIT_CASE(nomap_mmap_shows_bytes),
	KUNIT_CASE(nopage_vmap_shows_bytes),
	KUNIT_CASE(nopage_mmap_shows_bytes),
	{}
};

static struct kunit_suite dma_nopage_exporter_suite = {
	.name = "dma-nopage-exporter",
	.init = nopage_case_init,
	.test_cases = dma_nopage_exporter_cases,
};

kunit_test_suite(dma_nopage_exporter_suite);
