// SPDX-License-Identifier: GPL-2.0
/*
 * Control: ordinary coherent memory, which has struct pages, is shared with
 * them.  All of this holds on every kernel.
 */
#include <linux/dma-direct.h>
#include <linux/highmem.h>
#include <linux/vmalloc.h>
#include <media/videobuf2-vmalloc.h>

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

static void expect_streams(struct kunit *test, enum nopage_view view)
{
	struct device *dev = nopage_device(test, "exporter");
	struct device *importer = nopage_importer(test, view);
	struct nopage_mapping *mapping;
	struct nopage_buffer *buf;
	struct sg_table *sgt;

	buf = nopage_alloc(test, dev, NOPAGE_ORDINARY, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);

	mapping = nopage_map(test, importer, sgt, NOPAGE_ORDINARY, 0);
	KUNIT_EXPECT_EQ(test, sg_dma_len(sgt->sgl), SIZE);
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    sg_dma_address(sgt->sgl),
						    NOPAGE_ORDINARY, SIZE,
						    SEED));
	nopage_unmap(test, mapping);
	KUNIT_EXPECT_TRUE(test, nopage_holds(buf->vaddr, SIZE, SEED));
	if (view == NOPAGE_IOMMU)
		KUNIT_EXPECT_EQ(test, nopage_iommu_pages(importer), 0);
}

static void page_streams_to_importer(struct kunit *test)
{
	expect_streams(test, NOPAGE_PLAIN);
}

static void page_streams_to_importer_with_offset(struct kunit *test)
{
	expect_streams(test, NOPAGE_OFFSET);
}

static void page_streams_to_importer_behind_iommu(struct kunit *test)
{
	expect_streams(test, NOPAGE_IOMMU);
}

/* Shows that a mapping for which caches are cared for would be noticed. */
static void page_streams_with_cache_maintenance(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");
	struct nopage_buffer *buf;
	struct sg_table *sgt;

	if (!nopage_can_watch_cache())
		kunit_skip(test, "no outer cache in this kernel");

	buf = nopage_alloc(test, dev, NOPAGE_ORDINARY, SIZE);
	sgt = nopage_get_sgtable(test, buf);
	nopage_watch_cache(test, buf->phys, SIZE);
	nopage_unmap(test, nopage_map(test, dev, sgt, NOPAGE_ORDINARY,
				      DMA_ATTR_SKIP_CPU_SYNC));
	KUNIT_EXPECT_FALSE(test, nopage_cache_was_touched());
	nopage_unmap(test, nopage_map(test, dev, sgt, NOPAGE_ORDINARY, 0));
	KUNIT_EXPECT_TRUE(test, nopage_cache_was_touched());
}

static void expect_reached(struct kunit *test, enum nopage_view view)
{
	struct device *dev = nopage_device(test, "exporter");
	struct device *importer = nopage_importer(test, view);
	struct nopage_vb2 *from, *to;

	from = nopage_vb2_alloc(test, dev, NOPAGE_ORDINARY, SIZE);
	nopage_fill(nopage_vb2_vaddr(from), SIZE, SEED);

	to = nopage_vb2_import(test, importer, NOPAGE_ORDINARY,
			       nopage_vb2_export(test, from));
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    nopage_vb2_dma(to),
						    NOPAGE_ORDINARY, SIZE,
						    SEED));
}

static void page_reaches_vb2_importer(struct kunit *test)
{
	expect_reached(test, NOPAGE_PLAIN);
}

static void page_reaches_vb2_importer_with_offset(struct kunit *test)
{
	expect_reached(test, NOPAGE_OFFSET);
}

static void page_reaches_vb2_importer_behind_iommu(struct kunit *test)
{
	expect_reached(test, NOPAGE_IOMMU);
}

static void put_vmalloc_plane(void *plane)
{
	vb2_vmalloc_memops.put(plane);
}

static void put_dmabuf(void *dmabuf)
{
	dma_buf_put(dmabuf);
}

/* Pages that lie anywhere: many entries, which an IOMMU puts in one piece. */
static void page_of_vmalloc_reaches_importer_behind_iommu(struct kunit *test)
{
	struct device *dev = nopage_device(test, "exporter");
	struct device *importer = nopage_importer(test, NOPAGE_IOMMU);
	const struct vb2_mem_ops *ops = &vb2_vmalloc_memops;
	struct vb2_queue queue = { .dma_dir = DMA_FROM_DEVICE };
	struct vb2_buffer vb = { .vb2_queue = &queue };
	struct scatterlist *sg;
	struct dma_buf *dmabuf;
	struct sg_table *sgt;
	size_t size = 0;
	void *plane;
	int i;

	plane = ops->alloc(&vb, dev, SIZE);
	KUNIT_ASSERT_FALSE(test, IS_ERR(plane));
	nopage_defer(test, put_vmalloc_plane, plane);
	dmabuf = ops->get_dmabuf(&vb, plane, O_RDWR);
	KUNIT_ASSERT_NOT_NULL(test, dmabuf);
	nopage_defer(test, put_dmabuf, dmabuf);

	sgt = nopage_import(test, importer, NOPAGE_ORDINARY, dmabuf);
	for_each_sgtable_dma_sg(sgt, sg, i) {
		KUNIT_EXPECT_EQ(test, sg_dma_address(sg),
				sg_dma_address(sgt->sgl) + size);
		size += sg_dma_len(sg);
	}
	KUNIT_EXPECT_EQ(test, size, SIZE);
	KUNIT_EXPECT_EQ(test, nopage_iommu_pages(importer), SIZE / PAGE_SIZE);
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
	KUNIT_CASE(page_streams_to_importer),
	KUNIT_CASE(page_streams_to_importer_with_offset),
	KUNIT_CASE(page_streams_to_importer_behind_iommu),
	KUNIT_CASE(page_streams_with_cache_maintenance),
	KUNIT_CASE(page_reaches_vb2_importer),
	KUNIT_CASE(page_reaches_vb2_importer_with_offset),
	KUNIT_CASE(page_reaches_vb2_importer_behind_iommu),
	KUNIT_CASE(page_of_vmalloc_reaches_importer_behind_iommu),
	KUNIT_CASE(page_is_readable_by_the_cpu),
	{}
};

static struct kunit_suite dma_nopage_control_suite = {
	.name = "dma-nopage-control",
	.init = nopage_case_init,
	.test_cases = dma_nopage_control_cases,
};

kunit_test_suite(dma_nopage_control_suite);
