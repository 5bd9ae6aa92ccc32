// SPDX-License-Identifier: GPL-2.0
/*
 * From one device's videobuf2-dma-contig queue to another's: the address the
 * importer gets reaches the bytes the exporter wrote.
 */
#include <linux/dma-buf.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x76623221

struct sharing {
	enum nopage_kind kind;
	struct nopage_vb2 *from;
	struct dma_buf *dmabuf;
};

/* The buffer is not the first of the pool. */
static struct sharing share(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_device_with(test, "exporter", kind);
	struct sharing share = { .kind = kind };

	nopage_vb2_alloc(test, dev, SIZE);
	share.from = nopage_vb2_alloc(test, dev, SIZE);
	nopage_fill(nopage_vb2_vaddr(share.from), SIZE, SEED);
	share.dmabuf = nopage_vb2_export(test, share.from);
	return share;
}

static void expect_reached(struct kunit *test, struct sharing *share,
			   struct device *importer, dma_addr_t dma)
{
	KUNIT_EXPECT_EQ(test, dma, nopage_vb2_dma(share->from));
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer, dma,
						    share->kind, SIZE, SEED));
}

/* Map, look, unmap, and once more. */
static void expect_importer_reached(struct kunit *test, enum nopage_kind kind)
{
	struct device *importer = nopage_device(test, "importer");
	struct sharing shared = share(test, kind);
	struct nopage_vb2 *to;
	int i;

	to = nopage_vb2_attach(test, importer, shared.dmabuf);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, nopage_vb2_map(test, to), 0);
		expect_reached(test, &shared, importer, nopage_vb2_dma(to));
		KUNIT_EXPECT_TRUE(test, nopage_holds(nopage_vb2_vaddr(to),
						     SIZE, SEED));
		nopage_vb2_unmap(test, to);
	}
}

static void expect_two_importers_reached(struct kunit *test,
					 enum nopage_kind kind)
{
	struct device *one = nopage_device(test, "importer");
	struct device *two = nopage_device(test, "importer");
	struct sharing shared = share(test, kind);
	struct nopage_vb2 *to_one, *to_two;

	to_one = nopage_vb2_attach(test, one, shared.dmabuf);
	to_two = nopage_vb2_attach(test, two, shared.dmabuf);
	KUNIT_ASSERT_EQ(test, nopage_vb2_map(test, to_one), 0);
	KUNIT_ASSERT_EQ(test, nopage_vb2_map(test, to_two), 0);
	expect_reached(test, &shared, one, nopage_vb2_dma(to_one));
	expect_reached(test, &shared, two, nopage_vb2_dma(to_two));
}

static void nomap_reaches_importer(struct kunit *test)
{
	expect_importer_reached(test, NOPAGE_NOMAP);
}

static void nomap_reaches_two_importers(struct kunit *test)
{
	expect_two_importers_reached(test, NOPAGE_NOMAP);
}

static void nopage_reaches_importer(struct kunit *test)
{
	expect_importer_reached(test, NOPAGE_OUTSIDE);
}

static void nopage_reaches_two_importers(struct kunit *test)
{
	expect_two_importers_reached(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_vb2_cases[] = {
	KUNIT_CASE(nomap_reaches_importer),
	KUNIT_CASE(nomap_reaches_two_importers),
	KUNIT_CASE(nopage_reaches_importer),
	KUNIT_CASE(nopage_reaches_two_importers),
	{}
};

static struct kunit_suite dma_nopage_vb2_suite = {
	.name = "dma-nopage-vb2",
	.test_cases = dma_nopage_vb2_cases,
};

kunit_test_suite(dma_nopage_vb2_suite);
