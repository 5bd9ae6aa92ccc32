// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of any size, anywhere in the pool, reach an importer.
 */
#include <linux/ioport.h>

#include "dma-nopage-test.h"

#define SEED	0x73697a65

static void expect_size_reached(struct kunit *test, struct device *dev,
				enum nopage_kind kind, size_t size, u32 seed)
{
	struct nopage_vb2 *from = nopage_vb2_alloc(test, dev, kind, size);
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct nopage_vb2 *to;

	nopage_fill(nopage_vb2_vaddr(from), size, seed);
	to = nopage_vb2_import(test, importer, kind,
			       nopage_vb2_export(test, from));
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    nopage_vb2_dma(to), kind,
						    size, seed));
}

static void expect_odd_sizes_reached(struct kunit *test, enum nopage_kind kind)
{
	static const size_t sizes[] = {
		1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE + 2,
	};
	struct device *dev = nopage_exporter(test, kind);
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		expect_size_reached(test, dev, kind, sizes[i], SEED + i);
}

/* The first page and the last one; those between are taken and not shared. */
static void expect_pool_ends_reached(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct resource region;
	size_t at;

	KUNIT_ASSERT_EQ(test, nopage_find_region(kind, &region), 0);
	for (at = 0; at < resource_size(&region); at += PAGE_SIZE) {
		if (at && at + PAGE_SIZE < resource_size(&region))
			nopage_alloc(test, dev, kind, PAGE_SIZE);
		else
			expect_size_reached(test, dev, kind, PAGE_SIZE,
					    SEED + at);
	}
}

static void expect_whole_pool_reached(struct kunit *test,
				      enum nopage_kind kind)
{
	struct device *dev = nopage_exporter(test, kind);
	struct resource region;

	KUNIT_ASSERT_EQ(test, nopage_find_region(kind, &region), 0);
	expect_size_reached(test, dev, kind, resource_size(&region), SEED);
}

static void nomap_of_odd_sizes_reaches_importer(struct kunit *test)
{
	expect_odd_sizes_reached(test, NOPAGE_NOMAP);
}

static void nomap_pool_ends_reach_importer(struct kunit *test)
{
	expect_pool_ends_reached(test, NOPAGE_NOMAP);
}

static void nomap_whole_pool_reaches_importer(struct kunit *test)
{
	expect_whole_pool_reached(test, NOPAGE_NOMAP);
}

static void nopage_of_odd_sizes_reaches_importer(struct kunit *test)
{
	expect_odd_sizes_reached(test, NOPAGE_OUTSIDE);
}

static void nopage_pool_ends_reach_importer(struct kunit *test)
{
	expect_pool_ends_reached(test, NOPAGE_OUTSIDE);
}

static void nopage_whole_pool_reaches_importer(struct kunit *test)
{
	expect_whole_pool_reached(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_size_cases[] = {
	KUNIT_CASE(nomap_of_odd_sizes_reaches_importer),
	KUNIT_CASE(nomap_pool_ends_reach_importer),
	KUNIT_CASE(nomap_whole_pool_reaches_importer),
	KUNIT_CASE(nopage_of_odd_sizes_reaches_importer),
	KUNIT_CASE(nopage_pool_ends_reach_importer),
	KUNIT_CASE(nopage_whole_pool_reaches_importer),
	{}
};

static struct kunit_suite dma_nopage_size_suite = {
	.name = "dma-nopage-size",
	.init = nopage_case_init,
	.test_cases = dma_nopage_size_cases,
};

kunit_test_suite(dma_nopage_size_suite);
