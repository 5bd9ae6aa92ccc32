// SPDX-License-Identifier: GPL-2.0
/*
 * Control: ordinary coherent memory, which has struct pages, is shared with
 * them.  All of this holds on every kernel.
 */
#include <linux/dma-direct.h>
#include <linux/highmem.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x6f726421

static void expect_own_page(struct kunit *test, struct nopage_buffer *buf)
{
	struct sg_table *sgt = nopage_get_sgtable(test, buf);
	struct page *page = sg_page(sgt->sgl);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_to_pfn(page), PHYS_PFN(buf->phys));
	KUNIT_EXPECT_EQ(test, sgt->sgl->offset, 0);
	KUNIT_EXPECT_EQ(test, sgt->sgl->length, SIZE);
	KUNIT_EXPECT_EQ(test, sgt->orig_nents, 1);
}

static void page_table_names_its_page(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");

	expect_own_page(test, nopage_alloc(test, dev, NOPAGE_ORDINARY, SIZE));
}

/* It is the memory that counts, not whether the device has a pool. */
static void page_table_names_its_page_beside_a_pool(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");
	struct nopage_buffer *buf;

	buf = nopage_alloc(test, dev, NOPAGE_ORDINARY, SIZE);
	nopage_declare_pool(test, dev, NOPAGE_OUTSIDE, 0);
	expect_own_page(test, buf);
}

static void page_streams_to_its_address(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");
	struct device *importer = nopage_device(test, "importer");
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	int ret;

	buf = nopage_alloc(test, dev, NOPAGE_ORDINARY, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);

	ret = dma_map_sgtable(importer, sgt, DMA_BIDIRECTIONAL, 0);
	KUNIT_ASSERT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, sg_dma_address(sgt->sgl),
			phys_to_dma(importer, buf->phys));
	KUNIT_EXPECT_EQ(test, sg_dma_len(sgt->sgl), SIZE);
	dma_sync_sgtable_for_cpu(importer, sgt, DMA_BIDIRECTIONAL);
	KUNIT_EXPECT_TRUE(test, nopage_holds(buf->vaddr, SIZE, SEED));
	dma_sync_sgtable_for_device(importer, sgt, DMA_BIDIRECTIONAL);
	dma_unmap_sgtable(importer, sgt, DMA_BIDIRECTIONAL, 0);
}

static void page_reaches_vb2_importer(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");
	struct device *importer = nopage_device(test, "importer");
	struct nopage_vb2 *from, *to;

	from = nopage_vb2_alloc(test, dev, SIZE);
	nopage_fill(nopage_vb2_vaddr(from), SIZE, SEED);

	to = nopage_vb2_attach(test, importer, nopage_vb2_export(test, from));
	KUNIT_ASSERT_EQ(test, nopage_vb2_map(test, to), 0);
	KUNIT_EXPECT_EQ(test, nopage_vb2_dma(to), nopage_vb2_dma(from));
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    nopage_vb2_dma(to),
						    NOPAGE_ORDINARY, SIZE,
						    SEED));
}

static void page_is_readable_by_the_cpu(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	void *vaddr;

	buf = nopage_alloc(test, dev, NOPAGE_ORDINARY, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, sg_page(sgt->sgl));

	vaddr = kmap_local_page(sg_page(sgt->sgl));
	KUNIT_EXPECT_TRUE(test, nopage_holds(vaddr, PAGE_SIZE, SEED));
	kunmap_local(vaddr);
}

static struct kunit_case dma_nopage_control_cases[] = {
	KUNIT_CASE(page_table_names_its_page),
	KUNIT_CASE(page_table_names_its_page_beside_a_pool),
	KUNIT_CASE(page_streams_to_its_address),
	KUNIT_CASE(page_reaches_vb2_importer),
	KUNIT_CASE(page_is_readable_by_the_cpu),
	{}
};

static struct kunit_suite dma_nopage_control_suite = {
	.name = "dma-nopage-control",
	.test_cases = dma_nopage_control_cases,
};

kunit_test_suite(dma_nopage_control_suite);
