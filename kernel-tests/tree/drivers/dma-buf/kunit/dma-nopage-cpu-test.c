// SPDX-License-Identifier: GPL-2.0
/*
 * An importer that reads a buffer through the pages of its table finds the
 * bytes there, or no page; so do the functions that go through a table.
 */
#include <linux/highmem.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x63707521

static void nomap_page_is_readable_or_absent(struct kunit *test)
{
	struct device *dev = nopage_exporter(test, NOPAGE_NOMAP);
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	void *vaddr;

	buf = nopage_alloc(test, dev, NOPAGE_NOMAP, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);
	if (!sg_page(sgt->sgl))
		return;

	vaddr = kmap_local_page(sg_page(sgt->sgl));
	KUNIT_EXPECT_TRUE(test, nopage_holds(vaddr, PAGE_SIZE, SEED));
	kunmap_local(vaddr);
}

/* Each page of the memory has its turn, and its address for the importer. */
static void nomap_is_iterated_by_dma_address(struct kunit *test)
{
	struct device *dev = nopage_exporter(test, NOPAGE_NOMAP);
	struct sg_dma_page_iter iter;
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	dma_addr_t next;

	buf = nopage_alloc(test, dev, NOPAGE_NOMAP, SIZE);
	sgt = nopage_get_sgtable(test, buf);
	nopage_map(test, nopage_importer(test, NOPAGE_PLAIN), sgt,
		   NOPAGE_NOMAP, DMA_ATTR_SKIP_CPU_SYNC);

	next = buf->phys;
	for_each_sgtable_dma_page(sgt, &iter, 0) {
		KUNIT_EXPECT_EQ(test, sg_page_iter_dma_address(&iter), next);
		next += PAGE_SIZE;
		if (next > buf->phys + SIZE)
			break;
	}
	KUNIT_EXPECT_EQ(test, next, buf->phys + SIZE);
}

static void nomap_is_iterated_without_page(struct kunit *test)
{
	struct device *dev = nopage_exporter(test, NOPAGE_NOMAP);
	struct sg_page_iter iter;
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	size_t pages = 0;

	buf = nopage_alloc(test, dev, NOPAGE_NOMAP, SIZE);
	sgt = nopage_get_sgtable(test, buf);
	for_each_sgtable_page(sgt, &iter, 0) {
		KUNIT_EXPECT_NULL(test, sg_page_iter_page(&iter));
		if (++pages > SIZE / PAGE_SIZE)
			break;
	}
	KUNIT_EXPECT_EQ(test, pages, SIZE / PAGE_SIZE);
}

static void nomap_is_copied_or_not_at_all(struct kunit *test)
{
	struct device *dev = nopage_exporter(test, NOPAGE_NOMAP);
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	size_t copied;
	void *to;

	buf = nopage_alloc(test, dev, NOPAGE_NOMAP, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);
	to = kunit_kzalloc(test, SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, to);

	copied = sg_copy_to_buffer(sgt->sgl, sgt->orig_nents, to, SIZE);
	if (copied)
		KUNIT_EXPECT_TRUE(test, nopage_holds(to, SIZE, SEED));
}

static struct kunit_case dma_nopage_cpu_cases[] = {
	KUNIT_CASE(nomap_is_iterated_by_dma_address),
	KUNIT_CASE(nomap_is_iterated_without_page),
	KUNIT_CASE(nomap_page_is_readable_or_absent),
	KUNIT_CASE(nomap_is_copied_or_not_at_all),
	{}
};

static struct kunit_suite dma_nopage_cpu_suite = {
	.name = "dma-nopage-cpu",
	.init = nopage_case_init,
	.test_cases = dma_nopage_cpu_cases,
};

kunit_test_suite(dma_nopage_cpu_suite);
