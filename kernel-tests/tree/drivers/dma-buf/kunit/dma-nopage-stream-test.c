// SPDX-License-Identifier: GPL-2.0
/*
 * A streaming importer of memory without struct page is refused, or it gets
 * the right address; it never makes the kernel follow a page that is none.
 *
 * Cache maintenance through such a page need not fault, so a table that names
 * a page fails the case even if it was mapped without a crash.
 */
#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x73747231

/* What was refused can still be synced: coherent memory needs no care. */
static void expect_sync_harmless(struct kunit *test, struct device *dev,
				 struct sg_table *sgt)
{
	dma_sync_sgtable_for_device(dev, sgt, DMA_BIDIRECTIONAL);
	dma_sync_sgtable_for_cpu(dev, sgt, DMA_BIDIRECTIONAL);
}

static void expect_refused_or_right(struct kunit *test, enum nopage_kind kind,
				    unsigned long attrs)
{
	struct device *dev = nopage_device_with(test, "exporter", kind);
	struct device *importer = nopage_device(test, "importer");
	struct nopage_buffer *buf = nopage_alloc(test, dev, kind, SIZE);
	struct sg_table *sgt = nopage_get_sgtable(test, buf);
	int ret;

	nopage_fill(buf->vaddr, SIZE, SEED);

	ret = dma_map_sgtable(importer, sgt, DMA_BIDIRECTIONAL, attrs);
	if (ret) {
		KUNIT_EXPECT_EQ(test, ret, -EINVAL);
		expect_sync_harmless(test, importer, sgt);
	} else {
		KUNIT_EXPECT_NULL(test, sg_page(sgt->sgl));
		KUNIT_EXPECT_TRUE(test,
				  nopage_device_reads(test, importer,
						      sg_dma_address(sgt->sgl),
						      kind, SIZE, SEED));
		dma_unmap_sgtable(importer, sgt, DMA_BIDIRECTIONAL, attrs);
	}
	KUNIT_EXPECT_TRUE(test, nopage_holds(buf->vaddr, SIZE, SEED));
}

static void nomap_is_refused_or_right(struct kunit *test)
{
	expect_refused_or_right(test, NOPAGE_NOMAP, 0);
}

static void nomap_is_refused_or_right_without_sync(struct kunit *test)
{
	expect_refused_or_right(test, NOPAGE_NOMAP, DMA_ATTR_SKIP_CPU_SYNC);
}

static void nopage_is_refused_or_right(struct kunit *test)
{
	expect_refused_or_right(test, NOPAGE_OUTSIDE, 0);
}

static struct kunit_case dma_nopage_stream_cases[] = {
	KUNIT_CASE(nomap_is_refused_or_right),
	KUNIT_CASE(nomap_is_refused_or_right_without_sync),
	KUNIT_CASE(nopage_is_refused_or_right),
	{}
};

static struct kunit_suite dma_nopage_stream_suite = {
	.name = "dma-nopage-stream",
	.test_cases = dma_nopage_stream_cases,
};

kunit_test_suite(dma_nopage_stream_suite);
