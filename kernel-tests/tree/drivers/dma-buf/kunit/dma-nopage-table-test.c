// SPDX-License-Identifier: GPL-2.0
/*
 * The table that dma_get_sgtable() hands out for memory without struct page
 * names no page, and tells where the device finds the memory.
 *
 * A page that such a table names is not looked at: it is a wild pointer.
 */
#include "dma-nopage-test.h"

#define SIZE	SZ_64K

static void expect_no_page(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct nopage_buffer *buf = nopage_alloc(test, dev, kind, SIZE);
	struct sg_table *sgt = nopage_get_sgtable(test, buf);
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(sgt, sg, i)
		KUNIT_EXPECT_NULL(test, sg_page(sg));
}

static void expect_dma_address(struct kunit *test, struct nopage_buffer *buf)
{
	struct sg_table *sgt = nopage_get_sgtable(test, buf);
	dma_addr_t next = buf->dma;
	struct scatterlist *sg;
	unsigned int i;

	KUNIT_EXPECT_GT(test, sgt->nents, 0);
	for_each_sgtable_dma_sg(sgt, sg, i) {
		KUNIT_EXPECT_EQ(test, sg_dma_address(sg), next);
		next += sg_dma_len(sg);
	}
	KUNIT_EXPECT_EQ(test, next - buf->dma, PAGE_ALIGN(buf->size));
}

/* The second buffer does not begin where the pool begins. */
static void expect_dma_addresses(struct kunit *test, enum nopage_kind kind,
				 dma_addr_t offset)
{
	struct device *dev = nopage_device(test, "exporter");

	nopage_declare_pool(test, dev, kind, offset);
	expect_dma_address(test, nopage_alloc(test, dev, kind, SIZE));
	expect_dma_address(test, nopage_alloc(test, dev, kind, PAGE_SIZE + 1));
}

static void nomap_table_names_no_page(struct kunit *test)
{
	expect_no_page(test, NOPAGE_NOMAP);
}

static void nomap_table_has_dma_address(struct kunit *test)
{
	expect_dma_addresses(test, NOPAGE_NOMAP, 0);
}

static void nopage_table_names_no_page(struct kunit *test)
{
	expect_no_page(test, NOPAGE_OUTSIDE);
}

static void nopage_table_has_dma_address(struct kunit *test)
{
	expect_dma_addresses(test, NOPAGE_OUTSIDE, 0);
}

/* The pool need not lie where dma_to_phys() thinks. */
static void nopage_table_has_dma_address_of_moved_pool(struct kunit *test)
{
	expect_dma_addresses(test, NOPAGE_OUTSIDE, SZ_16M);
}

static struct kunit_case dma_nopage_table_cases[] = {
	KUNIT_CASE(nomap_table_names_no_page),
	KUNIT_CASE(nomap_table_has_dma_address),
	KUNIT_CASE(nopage_table_names_no_page),
	KUNIT_CASE(nopage_table_has_dma_address),
	KUNIT_CASE(nopage_table_has_dma_address_of_moved_pool),
	{}
};

static struct kunit_suite dma_nopage_table_suite = {
	.name = "dma-nopage-table",
	.init = nopage_case_init,
	.test_cases = dma_nopage_table_cases,
};

kunit_test_suite(dma_nopage_table_suite);
