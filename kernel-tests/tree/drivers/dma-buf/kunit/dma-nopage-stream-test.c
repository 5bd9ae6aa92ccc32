// SPDX-License-Identifier: GPL-2.0
/*
 * A streaming importer of memory without struct page gets the right address, or
 * is refused; the kernel never follows a page that is none.
 *
 * A table that names such a page anyway need not lead there: what counts is the
 * address, and that no cache is maintained through the page.
 */
#include <linux/ioport.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x73747231
#define MOVED	SZ_16M

static void expect_address(struct kunit *test, struct device *importer,
			   struct sg_table *sgt, enum nopage_kind kind)
{
	KUNIT_EXPECT_EQ(test, sgt->nents, 1);
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    sg_dma_address(sgt->sgl),
						    kind, SIZE, SEED));
}

/* From now on, no cache may be maintained for memory of @kind. */
static void watch_region(struct kunit *test, enum nopage_kind kind)
{
	struct resource region;

	KUNIT_ASSERT_EQ(test, nopage_find_region(kind, &region), 0);
	nopage_watch_cache(test, region.start, resource_size(&region));
}

static void expect_streams_from(struct kunit *test, struct device *dev,
				enum nopage_kind kind, enum nopage_view view,
				unsigned long attrs)
{
	struct device *importer = nopage_importer(test, view);
	struct nopage_mapping *mapping;
	struct nopage_buffer *buf;
	struct sg_table *sgt;

	/* The buffer is not the first of the pool. */
	nopage_alloc(test, dev, kind, SIZE);
	buf = nopage_alloc(test, dev, kind, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);

	watch_region(test, kind);
	mapping = nopage_map(test, importer, sgt, kind, attrs);
	expect_address(test, importer, sgt, kind);
	nopage_unmap(test, mapping);
	if (view == NOPAGE_IOMMU)
		KUNIT_EXPECT_EQ(test, nopage_iommu_pages(importer), 0);
	KUNIT_EXPECT_FALSE(test, nopage_cache_was_touched());
	KUNIT_EXPECT_TRUE(test, nopage_holds(buf->vaddr, SIZE, SEED));
}

static void expect_streams(struct kunit *test, enum nopage_kind kind,
			   enum nopage_view view, unsigned long attrs)
{
	expect_streams_from(test, nopage_exporter(test, kind), kind, view,
			    attrs);
}

static void expect_streams_from_moved_pool(struct kunit *test,
					   enum nopage_kind kind)
{
	struct device *dev = nopage_device(test, "exporter");

	nopage_declare_pool(test, dev, kind, MOVED);
	expect_streams_from(test, dev, kind, NOPAGE_PLAIN, 0);
}

/* One table, one device after the other, and the first one again. */
static void expect_streams_in_turn(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct nopage_buffer *buf = nopage_alloc(test, dev, kind, SIZE);
	struct device *importers[] = {
		nopage_importer(test, NOPAGE_PLAIN),
		nopage_importer(test, NOPAGE_OFFSET),
	};
	struct sg_table *sgt = nopage_get_sgtable(test, buf);
	struct nopage_mapping *mapping;
	int i;

	nopage_fill(buf->vaddr, SIZE, SEED);
	watch_region(test, kind);
	for (i = 0; i < 3; i++) {
		mapping = nopage_map(test, importers[i % 2], sgt, kind, 0);
		expect_address(test, importers[i % 2], sgt, kind);
		nopage_unmap(test, mapping);
	}
	KUNIT_EXPECT_FALSE(test, nopage_cache_was_touched());
}

/* The DMA API's debugging has no page to go by either when it lists mappings. */
static void expect_listed(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct device *importer = nopage_importer(test, NOPAGE_OFFSET);
	struct nopage_mapping *mapping;
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	dma_addr_t dma;

	if (!nopage_can_list_mappings())
		kunit_skip(test, "no debugging of the DMA API in this kernel");

	nopage_alloc(test, dev, kind, SIZE);
	buf = nopage_alloc(test, dev, kind, SIZE);
	sgt = nopage_get_sgtable(test, buf);

	mapping = nopage_map(test, importer, sgt, kind, 0);
	dma = sg_dma_address(sgt->sgl);
	KUNIT_EXPECT_EQ(test, nopage_listed_phys(test, importer, dma),
			buf->phys);
	nopage_unmap(test, mapping);
	KUNIT_EXPECT_EQ(test, nopage_listed_phys(test, importer, dma), 0);
}

static void nomap_streams_to_importer(struct kunit *test)
{
	expect_streams(test, NOPAGE_NOMAP, NOPAGE_PLAIN, 0);
}

static void nomap_streams_without_sync(struct kunit *test)
{
	expect_streams(test, NOPAGE_NOMAP, NOPAGE_PLAIN,
		       DMA_ATTR_SKIP_CPU_SYNC);
}

static void nomap_streams_to_importer_with_offset(struct kunit *test)
{
	expect_streams(test, NOPAGE_NOMAP, NOPAGE_OFFSET, 0);
}

static void nomap_streams_to_importer_behind_iommu(struct kunit *test)
{
	expect_streams(test, NOPAGE_NOMAP, NOPAGE_IOMMU, 0);
}

static void nomap_of_moved_pool_streams(struct kunit *test)
{
	expect_streams_from_moved_pool(test, NOPAGE_NOMAP);
}

static void nomap_streams_to_importers_in_turn(struct kunit *test)
{
	expect_streams_in_turn(test, NOPAGE_NOMAP);
}

static void nomap_mapping_is_listed(struct kunit *test)
{
	expect_listed(test, NOPAGE_NOMAP);
}

static void nopage_streams_to_importer(struct kunit *test)
{
	expect_streams(test, NOPAGE_OUTSIDE, NOPAGE_PLAIN, 0);
}

static void nopage_streams_without_sync(struct kunit *test)
{
	expect_streams(test, NOPAGE_OUTSIDE, NOPAGE_PLAIN,
		       DMA_ATTR_SKIP_CPU_SYNC);
}

static void nopage_streams_to_importer_with_offset(struct kunit *test)
{
	expect_streams(test, NOPAGE_OUTSIDE, NOPAGE_OFFSET, 0);
}

static void nopage_streams_to_importer_behind_iommu(struct kunit *test)
{
	expect_streams(test, NOPAGE_OUTSIDE, NOPAGE_IOMMU, 0);
}

static void nopage_of_moved_pool_streams(struct kunit *test)
{
	expect_streams_from_moved_pool(test, NOPAGE_OUTSIDE);
}

static void nopage_streams_to_importers_in_turn(struct kunit *test)
{
	expect_streams_in_turn(test, NOPAGE_OUTSIDE);
}

static void nopage_mapping_is_listed(struct kunit *test)
{
	expect_listed(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_stream_cases[] = {
	KUNIT_CASE(nomap_streams_to_importer),
	KUNIT_CASE(nomap_streams_without_sync),
	KUNIT_CASE(nomap_streams_to_importer_with_offset),
	KUNIT_CASE(nomap_streams_to_importer_behind_iommu),
	KUNIT_CASE(nomap_of_moved_pool_streams),
	KUNIT_CASE(nomap_streams_to_importers_in_turn),
	KUNIT_CASE(nomap_mapping_is_listed),
	KUNIT_CASE(nopage_streams_to_importer),
	KUNIT_CASE(nopage_streams_without_sync),
	KUNIT_CASE(nopage_streams_to_importer_with_offset),
	KUNIT_CASE(nopage_streams_to_importer_behind_iommu),
	KUNIT_CASE(nopage_of_moved_pool_streams),
	KUNIT_CASE(nopage_streams_to_importers_in_turn),
	KUNIT_CASE(nopage_mapping_is_listed),
	{}
};

static struct kunit_suite dma_nopage_stream_suite = {
	.name = "dma-nopage-stream",
	.init = nopage_case_init,
	.test_cases = dma_nopage_stream_cases,
};

kunit_test_suite(dma_nopage_stream_suite);
