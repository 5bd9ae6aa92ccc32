// SPDX-License-Identifier: GPL-2.0
/*
 * Tables with a DMA address and nothing else are as old as armada-drm, whose
 * linear objects are exported with one entry that has no page.  An importer
 * that is no vb2 queue, such as a GPU with an MMU of its own, walks the DMA
 * addresses.  It must not look at the entries' offset, yet there are some that
 * take it off, as etnaviv_iommu_map() does in Linux 6.1.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x6c696e65

static struct sg_table *linear_map(struct dma_buf_attachment *attach,
				   enum dma_data_direction dir)
{
	struct nopage_buffer *buf = attach->dmabuf->priv;
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);

	if (!sgt)
		return ERR_PTR(-ENOMEM);

	if (sg_alloc_table(sgt, 1, GFP_KERNEL)) {
		kfree(sgt);
		return ERR_PTR(-ENOMEM);
	}

	sg_dma_address(sgt->sgl) = buf->dma;
	sg_dma_len(sgt->sgl) = buf->size;
	return sgt;
}

static void linear_unmap(struct dma_buf_attachment *attach,
			 struct sg_table *sgt, enum dma_data_direction dir)
{
	sg_free_table(sgt);
	kfree(sgt);
}

static void linear_release(struct dma_buf *dmabuf)
{
}

static const struct dma_buf_ops linear_ops = {
	.map_dma_buf = linear_map,
	.unmap_dma_buf = linear_unmap,
	.release = linear_release,
};

static void linear_put(void *dmabuf)
{
	dma_buf_put(dmabuf);
	nopage_flush_files();
}

static struct dma_buf *linear_export(struct kunit *test, enum nopage_kind kind)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct device *dev = nopage_exporter(test, kind);
	struct nopage_buffer *buf = nopage_alloc(test, dev, kind, SIZE);
	struct dma_buf *dmabuf;

	nopage_fill(buf->vaddr, SIZE, SEED);
	info.ops = &linear_ops;
	info.size = SIZE;
	info.flags = O_RDWR;
	info.priv = buf;
	dmabuf = dma_buf_export(&info);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dmabuf));
	nopage_defer(test, linear_put, dmabuf);
	return dmabuf;
}

static struct dma_buf *vb2_export(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct nopage_vb2 *from;

	/* The buffer is not the first of the pool. */
	nopage_vb2_alloc(test, dev, kind, SIZE);
	from = nopage_vb2_alloc(test, dev, kind, SIZE);
	nopage_fill(nopage_vb2_vaddr(from), SIZE, SEED);
	return nopage_vb2_export(test, from);
}

static void expect_reaches(struct kunit *test, enum nopage_kind kind,
			   struct dma_buf *dmabuf, bool takes_off)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct sg_table *sgt = nopage_import(test, importer, kind, dmabuf);
	struct scatterlist *sg;
	size_t size = 0;
	int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		size_t offset = takes_off ? sg->offset : 0;
		dma_addr_t dma = sg_dma_address(sg) - offset;

		KUNIT_ASSERT_EQ(test, i, 0);
		KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
							    dma, kind, SIZE,
							    SEED));
		size += sg_dma_len(sg) + offset;
	}
	KUNIT_EXPECT_EQ(test, size, SIZE);
}

static void expect_reaches_gpu(struct kunit *test, enum nopage_kind kind,
			       struct dma_buf *dmabuf)
{
	expect_reaches(test, kind, dmabuf, false);
}

static void expect_reaches_vb2(struct kunit *test, enum nopage_kind kind,
			       struct dma_buf *dmabuf)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct nopage_vb2 *to = nopage_vb2_import(test, importer, kind, dmabuf);

	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    nopage_vb2_dma(to), kind,
						    SIZE, SEED));
}

/* An importer must not find a page to follow. */
static void expect_no_page(struct kunit *test, enum nopage_kind kind)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct sg_table *sgt = nopage_import(test, importer, kind,
					     vb2_export(test, kind));
	struct scatterlist *sg;
	int i;

	for_each_sgtable_sg(sgt, sg, i)
		KUNIT_EXPECT_NULL(test, nopage_imported_page(sg));
}

static void nomap_linear_reaches_gpu(struct kunit *test)
{
	expect_reaches_gpu(test, NOPAGE_NOMAP,
			   linear_export(test, NOPAGE_NOMAP));
}

static void nomap_linear_reaches_vb2_importer(struct kunit *test)
{
	expect_reaches_vb2(test, NOPAGE_NOMAP,
			   linear_export(test, NOPAGE_NOMAP));
}

static void nopage_linear_reaches_gpu(struct kunit *test)
{
	expect_reaches_gpu(test, NOPAGE_OUTSIDE,
			   linear_export(test, NOPAGE_OUTSIDE));
}

static void nopage_linear_reaches_vb2_importer(struct kunit *test)
{
	expect_reaches_vb2(test, NOPAGE_OUTSIDE,
			   linear_export(test, NOPAGE_OUTSIDE));
}

static void nomap_of_vb2_reaches_gpu(struct kunit *test)
{
	expect_reaches_gpu(test, NOPAGE_NOMAP, vb2_export(test, NOPAGE_NOMAP));
}

static void nomap_of_vb2_reaches_gpu_that_takes_off_offset(struct kunit *test)
{
	expect_reaches(test, NOPAGE_NOMAP, vb2_export(test, NOPAGE_NOMAP),
		       true);
}

static void nomap_of_vb2_is_imported_without_page(struct kunit *test)
{
	expect_no_page(test, NOPAGE_NOMAP);
}

static void nopage_of_vb2_reaches_gpu(struct kunit *test)
{
	expect_reaches_gpu(test, NOPAGE_OUTSIDE,
			   vb2_export(test, NOPAGE_OUTSIDE));
}

static void nopage_of_vb2_is_imported_without_page(struct kunit *test)
{
	expect_no_page(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_linear_cases[] = {
	KUNIT_CASE(nomap_linear_reaches_gpu),
	KUNIT_CASE(nomap_linear_reaches_vb2_importer),
	KUNIT_CASE(nopage_linear_reaches_gpu),
	KUNIT_CASE(nopage_linear_reaches_vb2_importer),
	KUNIT_CASE(nomap_of_vb2_reaches_gpu),
	KUNIT_CASE(nomap_of_vb2_reaches_gpu_that_takes_off_offset),
	KUNIT_CASE(nomap_of_vb2_is_imported_without_page),
	KUNIT_CASE(nopage_of_vb2_reaches_gpu),
	KUNIT_CASE(nopage_of_vb2_is_imported_without_page),
	{}
};

static struct kunit_suite dma_nopage_linear_suite = {
	.name = "dma-nopage-linear",
	.init = nopage_case_init,
	.test_cases = dma_nopage_linear_cases,
};

kunit_test_suite(dma_nopage_linear_suite);
