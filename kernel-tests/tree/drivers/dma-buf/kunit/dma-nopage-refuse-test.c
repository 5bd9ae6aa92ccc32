// SPDX-License-Identifier: GPL-2.0
/*
 * What cannot be mapped is refused with -EINVAL, and without a warning: memory
 * without struct page that the importer's device does not reach, and a table of
 * which some entries have a page and some have none.
 *
 * All of it is memory inside of RAM, which an unfixed kernel maps.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/sizes.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K

static struct nopage_buffer *buffer(struct kunit *test)
{
	return nopage_alloc(test, nopage_exporter(test, NOPAGE_NOMAP),
			    NOPAGE_NOMAP, SIZE);
}

static void expect_invalid(struct kunit *test, struct device *dev,
			   struct sg_table *sgt)
{
	int ret = dma_map_sgtable(dev, sgt, DMA_BIDIRECTIONAL,
				  DMA_ATTR_SKIP_CPU_SYNC);

	KUNIT_EXPECT_EQ(test, ret, -EINVAL);
	if (!ret)
		dma_unmap_sgtable(dev, sgt, DMA_BIDIRECTIONAL,
				  DMA_ATTR_SKIP_CPU_SYNC);
}

/* A table with ordinary memory and with @buf, one ahead of the other. */
static struct sg_table *mixed(struct kunit *test, struct nopage_buffer *buf,
			      bool page_first)
{
	struct scatterlist *from = nopage_get_sgtable(test, buf)->sgl;
	struct sg_table *sgt = kunit_kzalloc(test, sizeof(*sgt), GFP_KERNEL);
	struct scatterlist *sgl;
	void *page;

	KUNIT_ASSERT_NOT_NULL(test, sgt);
	sgl = kunit_kzalloc(test, 2 * sizeof(*sgl), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sgl);
	page = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);

	sg_init_table(sgl, 2);
	sg_set_buf(&sgl[!page_first], page, PAGE_SIZE);
	sg_set_page(&sgl[page_first], sg_page(from), from->length,
		    from->offset);
	sgt->sgl = sgl;
	sgt->nents = 2;
	sgt->orig_nents = 2;
	return sgt;
}

static void nomap_beyond_the_bus_is_refused(struct kunit *test)
{
	struct device *dev = nopage_importer(test, NOPAGE_PLAIN);
	struct nopage_buffer *buf = buffer(test);

	dev->bus_dma_limit = buf->phys + SIZE - 2;
	expect_invalid(test, dev, nopage_get_sgtable(test, buf));
}

/* The device's window ends in the midst of the buffer. */
static void nomap_partly_in_the_window_is_refused(struct kunit *test)
{
	struct device *dev = nopage_importer(test, NOPAGE_PLAIN);
	struct nopage_buffer *buf = buffer(test);

	KUNIT_ASSERT_EQ(test, dma_direct_set_offset(dev, buf->phys, 0,
						    SIZE / 2), 0);
	expect_invalid(test, dev, nopage_get_sgtable(test, buf));
}

static void nomap_behind_a_page_is_refused(struct kunit *test)
{
	expect_invalid(test, nopage_importer(test, NOPAGE_PLAIN),
		       mixed(test, buffer(test), true));
}

static void nomap_ahead_of_a_page_is_refused(struct kunit *test)
{
	expect_invalid(test, nopage_importer(test, NOPAGE_PLAIN),
		       mixed(test, buffer(test), false));
}

static void nomap_behind_a_page_is_refused_behind_iommu(struct kunit *test)
{
	struct device *dev = nopage_importer(test, NOPAGE_IOMMU);

	expect_invalid(test, dev, mixed(test, buffer(test), true));
	KUNIT_EXPECT_EQ(test, nopage_iommu_pages(dev), 0);
}

static void nomap_ahead_of_a_page_is_refused_behind_iommu(struct kunit *test)
{
	struct device *dev = nopage_importer(test, NOPAGE_IOMMU);

	expect_invalid(test, dev, mixed(test, buffer(test), false));
	KUNIT_EXPECT_EQ(test, nopage_iommu_pages(dev), 0);
}

static struct kunit_case dma_nopage_refuse_cases[] = {
	KUNIT_CASE(nomap_beyond_the_bus_is_refused),
	KUNIT_CASE(nomap_partly_in_the_window_is_refused),
	KUNIT_CASE(nomap_behind_a_page_is_refused),
	KUNIT_CASE(nomap_ahead_of_a_page_is_refused),
	KUNIT_CASE(nomap_behind_a_page_is_refused_behind_iommu),
	KUNIT_CASE(nomap_ahead_of_a_page_is_refused_behind_iommu),
	{}
};

static struct kunit_suite dma_nopage_refuse_suite = {
	.name = "dma-nopage-refuse",
	.init = nopage_case_init,
	.test_cases = dma_nopage_refuse_cases,
};

kunit_test_suite(dma_nopage_refuse_suite);
