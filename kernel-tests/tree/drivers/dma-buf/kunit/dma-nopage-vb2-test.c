// SPDX-License-Identifier: GPL-2.0
/*
 * From one device's videobuf2-dma-contig queue to another's: the address that
 * the importer gets is its own and reaches the bytes the exporter wrote.
 */
#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x76623221
#define MOVED	SZ_16M

struct sharing {
	enum nopage_kind kind;
	struct nopage_vb2 *from;
	struct dma_buf *dmabuf;
};

/* The buffer is not the first of the pool. */
static struct sharing share(struct kunit *test, struct device *dev,
			    enum nopage_kind kind)
{
	struct sharing share = { .kind = kind };

	nopage_vb2_alloc(test, dev, kind, SIZE);
	share.from = nopage_vb2_alloc(test, dev, kind, SIZE);
	nopage_fill(nopage_vb2_vaddr(share.from), SIZE, SEED);
	share.dmabuf = nopage_vb2_export(test, share.from);
	return share;
}

/* Map, look, unmap, and once more; nothing is left in the IOMMU. */
static void expect_reached_from(struct kunit *test, struct device *dev,
				enum nopage_kind kind, enum nopage_view view)
{
	struct device *importer = nopage_importer(test, view);
	struct sharing shared = share(test, dev, kind);
	struct nopage_vb2 *to;
	int i;

	to = nopage_vb2_attach(test, importer, kind, shared.dmabuf);
	for (i = 0; i < 2; i++) {
		nopage_vb2_map(test, to);
		KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
							    nopage_vb2_dma(to),
							    kind, SIZE, SEED));
		KUNIT_EXPECT_TRUE(test, nopage_holds(nopage_vb2_vaddr(to),
						     SIZE, SEED));
		nopage_vb2_unmap(test, to);
	}

	nopage_vb2_detach(test, to);
	if (view == NOPAGE_IOMMU)
		KUNIT_EXPECT_EQ(test, nopage_iommu_pages(importer), 0);
}

static void expect_reached(struct kunit *test, enum nopage_kind kind,
			   enum nopage_view view)
{
	expect_reached_from(test, nopage_exporter(test, kind), kind, view);
}

/* The exporter's device sees its pool where no other device does. */
static void expect_reached_from_moved_pool(struct kunit *test,
					   enum nopage_kind kind)
{
	struct device *dev = nopage_device(test, "exporter");

	nopage_declare_pool(test, dev, kind, MOVED);
	expect_reached_from(test, dev, kind, NOPAGE_PLAIN);
}

/* Devices that see memory alike, or each otherwise, at the same time. */
static void expect_all_reached(struct kunit *test, enum nopage_kind kind,
			       const enum nopage_view *views, int n)
{
	struct sharing shared = share(test, nopage_exporter(test, kind), kind);
	struct device *importers[3];
	struct nopage_vb2 *to[3];
	int i;

	for (i = 0; i < n; i++)
		importers[i] = nopage_importer(test, views[i]);
	for (i = 0; i < n; i++)
		to[i] = nopage_vb2_import(test, importers[i], kind,
					  shared.dmabuf);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_TRUE(test,
				  nopage_device_reads(test, importers[i],
						      nopage_vb2_dma(to[i]),
						      kind, SIZE, SEED));
}

static void expect_two_reached(struct kunit *test, enum nopage_kind kind)
{
	static const enum nopage_view views[] = { NOPAGE_PLAIN, NOPAGE_PLAIN };

	expect_all_reached(test, kind, views, ARRAY_SIZE(views));
}

static void expect_unlike_reached(struct kunit *test, enum nopage_kind kind)
{
	static const enum nopage_view views[] = {
		NOPAGE_OFFSET, NOPAGE_PLAIN, NOPAGE_IOMMU,
	};

	expect_all_reached(test, kind, views,
			   IS_ENABLED(CONFIG_ARM_DMA_USE_IOMMU) ? 3 : 2);
}

static void nomap_reaches_importer(struct kunit *test)
{
	expect_reached(test, NOPAGE_NOMAP, NOPAGE_PLAIN);
}

static void nomap_reaches_two_importers(struct kunit *test)
{
	expect_two_reached(test, NOPAGE_NOMAP);
}

static void nomap_reaches_importer_with_offset(struct kunit *test)
{
	expect_reached(test, NOPAGE_NOMAP, NOPAGE_OFFSET);
}

static void nomap_reaches_importer_behind_iommu(struct kunit *test)
{
	expect_reached(test, NOPAGE_NOMAP, NOPAGE_IOMMU);
}

static void nomap_reaches_unlike_importers(struct kunit *test)
{
	expect_unlike_reached(test, NOPAGE_NOMAP);
}

static void nomap_of_moved_pool_reaches_importer(struct kunit *test)
{
	expect_reached_from_moved_pool(test, NOPAGE_NOMAP);
}

static void nopage_reaches_importer(struct kunit *test)
{
	expect_reached(test, NOPAGE_OUTSIDE, NOPAGE_PLAIN);
}

static void nopage_reaches_two_importers(struct kunit *test)
{
	expect_two_reached(test, NOPAGE_OUTSIDE);
}

static void nopage_reaches_importer_with_offset(struct kunit *test)
{
	expect_reached(test, NOPAGE_OUTSIDE, NOPAGE_OFFSET);
}

static void nopage_reaches_importer_behind_iommu(struct kunit *test)
{
	expect_reached(test, NOPAGE_OUTSIDE, NOPAGE_IOMMU);
}

static void nopage_reaches_unlike_importers(struct kunit *test)
{
	expect_unlike_reached(test, NOPAGE_OUTSIDE);
}

static void nopage_of_moved_pool_reaches_importer(struct kunit *test)
{
	expect_reached_from_moved_pool(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_vb2_cases[] = {
	KUNIT_CASE(nomap_reaches_importer),
	KUNIT_CASE(nomap_reaches_two_importers),
	KUNIT_CASE(nomap_reaches_importer_with_offset),
	KUNIT_CASE(nomap_reaches_importer_behind_iommu),
	KUNIT_CASE(nomap_reaches_unlike_importers),
	KUNIT_CASE(nomap_of_moved_pool_reaches_importer),
	KUNIT_CASE(nopage_reaches_importer),
	KUNIT_CASE(nopage_reaches_two_importers),
	KUNIT_CASE(nopage_reaches_importer_with_offset),
	KUNIT_CASE(nopage_reaches_importer_behind_iommu),
	KUNIT_CASE(nopage_reaches_unlike_importers),
	KUNIT_CASE(nopage_of_moved_pool_reaches_importer),
	{}
};

static struct kunit_suite dma_nopage_vb2_suite = {
	.name = "dma-nopage-vb2",
	.init = nopage_case_init,
	.test_cases = dma_nopage_vb2_cases,
};

kunit_test_suite(dma_nopage_vb2_suite);
