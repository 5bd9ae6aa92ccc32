// SPDX-License-Identifier: GPL-2.0
/*
 * A buffer that is shared lives as long as anybody has it, in whatever order it
 * is exported, attached, mapped and given up.
 */
#include <linux/ioport.h>
#include <linux/platform_device.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x6c696665

struct sharing {
	struct device *dev;
	struct nopage_vb2 *from;
	struct dma_buf *dmabuf;
};

static struct sharing share(struct kunit *test, struct device *dev,
			    enum nopage_kind kind)
{
	struct sharing share = { .dev = dev };

	share.from = nopage_vb2_alloc(test, dev, kind, SIZE);
	nopage_fill(nopage_vb2_vaddr(share.from), SIZE, SEED);
	share.dmabuf = nopage_vb2_export(test, share.from);
	return share;
}

static void expect_reached(struct kunit *test, struct device *importer,
			   struct nopage_vb2 *to, u32 seed)
{
	KUNIT_EXPECT_TRUE(test, nopage_device_reads(test, importer,
						    nopage_vb2_dma(to),
						    to->kind, SIZE, seed));
}

/* Two dma-bufs of one buffer, and a third one when they are gone. */
static void expect_exported_again(struct kunit *test, enum nopage_kind kind)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct sharing one = share(test, nopage_exporter(test, kind), kind);
	struct dma_buf *two = nopage_vb2_export(test, one.from);
	struct nopage_vb2 *to_one, *to_two;

	to_one = nopage_vb2_import(test, importer, kind, one.dmabuf);
	to_two = nopage_vb2_import(test, importer, kind, two);
	expect_reached(test, importer, to_one, SEED);
	expect_reached(test, importer, to_two, SEED);

	nopage_vb2_unmap(test, to_one);
	nopage_vb2_detach(test, to_one);
	nopage_dmabuf_put(test, one.dmabuf);
	expect_reached(test, importer, to_two, SEED);

	nopage_vb2_unmap(test, to_two);
	nopage_vb2_detach(test, to_two);
	nopage_dmabuf_put(test, two);
	to_one = nopage_vb2_import(test, importer, kind,
				   nopage_vb2_export(test, one.from));
	expect_reached(test, importer, to_one, SEED);
}

/* Unmap the first one first, map it again, detach it while the other stays. */
static void expect_mapped_in_any_order(struct kunit *test,
				       enum nopage_kind kind)
{
	struct device *one = nopage_importer(test, NOPAGE_PLAIN);
	struct device *two = nopage_importer(test, NOPAGE_PLAIN);
	struct sharing shared = share(test, nopage_exporter(test, kind), kind);
	struct nopage_vb2 *to_one, *to_two;

	to_one = nopage_vb2_attach(test, one, kind, shared.dmabuf);
	to_two = nopage_vb2_attach(test, two, kind, shared.dmabuf);
	nopage_vb2_map(test, to_two);
	nopage_vb2_map(test, to_one);
	nopage_vb2_unmap(test, to_two);
	expect_reached(test, one, to_one, SEED);

	nopage_vb2_map(test, to_two);
	nopage_vb2_unmap(test, to_one);
	nopage_vb2_detach(test, to_one);
	expect_reached(test, two, to_two, SEED);

	to_one = nopage_vb2_import(test, one, kind, shared.dmabuf);
	expect_reached(test, one, to_one, SEED);
}

/* As after VIDIOC_REQBUFS with a count of 0: the pool keeps what is in use. */
static void expect_outlives_its_queue(struct kunit *test,
				      enum nopage_kind kind)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct sharing shared = share(test, nopage_exporter(test, kind), kind);
	struct nopage_buffer *other;
	struct resource region;
	struct nopage_vb2 *to;

	to = nopage_vb2_import(test, importer, kind, shared.dmabuf);
	nopage_vb2_free(test, shared.from);
	other = nopage_alloc(test, shared.dev, kind, SIZE);
	nopage_fill(other->vaddr, SIZE, ~SEED);
	expect_reached(test, importer, to, SEED);

	/* All of the pool can be had again, but for the other buffer. */
	nopage_vb2_unmap(test, to);
	nopage_vb2_detach(test, to);
	nopage_dmabuf_put(test, shared.dmabuf);
	KUNIT_ASSERT_EQ(test, nopage_find_region(kind, &region), 0);
	nopage_alloc(test, shared.dev, kind, SIZE);
	nopage_alloc(test, shared.dev, kind, resource_size(&region) / 2);
}

static void put_exporter(void *pdev)
{
	platform_device_put(pdev);
}

static void unplug_exporter(void *pdev)
{
	platform_device_del(pdev);
}

/* The exporter's device is unplugged while an importer has its memory. */
static void expect_outlives_its_device(struct kunit *test,
				       enum nopage_kind kind)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct platform_device *pdev;
	struct sharing shared;
	struct nopage_vb2 *to;

	pdev = platform_device_alloc("exporter", PLATFORM_DEVID_AUTO);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	nopage_defer(test, put_exporter, pdev);
	KUNIT_ASSERT_EQ(test, platform_device_add(pdev), 0);
	nopage_defer(test, unplug_exporter, pdev);
	/* Gives back the pool before the device, and after the buffer. */
	nopage_declare_pool(test, &pdev->dev, kind, 0);

	shared = share(test, &pdev->dev, kind);
	to = nopage_vb2_attach(test, importer, kind, shared.dmabuf);
	nopage_do_now(test, unplug_exporter, pdev);
	nopage_vb2_map(test, to);
	nopage_vb2_free(test, shared.from);
	expect_reached(test, importer, to, SEED);
}

/* The kernel and the importer see what the other wrote, while it is mapped. */
static void expect_views_agree(struct kunit *test, enum nopage_kind kind)
{
	struct device *importer = nopage_importer(test, NOPAGE_PLAIN);
	struct sharing shared = share(test, nopage_exporter(test, kind), kind);
	struct dma_buf *dmabuf = shared.dmabuf;
	struct nopage_vb2 *to;
	struct iosys_map map;
	int ret;

	to = nopage_vb2_import(test, importer, kind, dmabuf);
	ret = nopage_dmabuf_vmap(dmabuf, &map);
	if (ret)
		nopage_refused(test, kind, "vmap", ret);

	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(dmabuf, DMA_TO_DEVICE),
			0);
	nopage_fill(map.vaddr, SIZE, ~SEED);
	KUNIT_EXPECT_EQ(test, dma_buf_end_cpu_access(dmabuf, DMA_TO_DEVICE), 0);
	expect_reached(test, importer, to, ~SEED);

	KUNIT_EXPECT_TRUE(test, nopage_device_writes(test, importer,
						     nopage_vb2_dma(to), kind,
						     SIZE, SEED + 1));
	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(dmabuf, DMA_FROM_DEVICE),
			0);
	KUNIT_EXPECT_TRUE(test, nopage_holds(map.vaddr, SIZE, SEED + 1));
	KUNIT_EXPECT_EQ(test, dma_buf_end_cpu_access(dmabuf, DMA_FROM_DEVICE),
			0);
	nopage_dmabuf_vunmap(dmabuf, &map);

	nopage_vb2_unmap(test, to);
	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(dmabuf, DMA_FROM_DEVICE),
			0);
	KUNIT_EXPECT_TRUE(test, nopage_holds(nopage_vb2_vaddr(shared.from),
					     SIZE, SEED + 1));
	KUNIT_EXPECT_EQ(test, dma_buf_end_cpu_access(dmabuf, DMA_FROM_DEVICE),
			0);
}

static void nomap_is_exported_again(struct kunit *test)
{
	expect_exported_again(test, NOPAGE_NOMAP);
}

static void nomap_is_mapped_in_any_order(struct kunit *test)
{
	expect_mapped_in_any_order(test, NOPAGE_NOMAP);
}

static void nomap_outlives_its_queue(struct kunit *test)
{
	expect_outlives_its_queue(test, NOPAGE_NOMAP);
}

static void nomap_outlives_its_device(struct kunit *test)
{
	expect_outlives_its_device(test, NOPAGE_NOMAP);
}

static void nomap_views_agree(struct kunit *test)
{
	expect_views_agree(test, NOPAGE_NOMAP);
}

static void nopage_is_exported_again(struct kunit *test)
{
	expect_exported_again(test, NOPAGE_OUTSIDE);
}

static void nopage_is_mapped_in_any_order(struct kunit *test)
{
	expect_mapped_in_any_order(test, NOPAGE_OUTSIDE);
}

static void nopage_outlives_its_queue(struct kunit *test)
{
	expect_outlives_its_queue(test, NOPAGE_OUTSIDE);
}

static void nopage_outlives_its_device(struct kunit *test)
{
	expect_outlives_its_device(test, NOPAGE_OUTSIDE);
}

static void nopage_views_agree(struct kunit *test)
{
	expect_views_agree(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_life_cases[] = {
	KUNIT_CASE(nomap_is_exported_again),
	KUNIT_CASE(nomap_is_mapped_in_any_order),
	KUNIT_CASE(nomap_outlives_its_queue),
	KUNIT_CASE(nomap_outlives_its_device),
	KUNIT_CASE(nomap_views_agree),
	KUNIT_CASE(nopage_is_exported_again),
	KUNIT_CASE(nopage_is_mapped_in_any_order),
	KUNIT_CASE(nopage_outlives_its_queue),
	KUNIT_CASE(nopage_outlives_its_device),
	KUNIT_CASE(nopage_views_agree),
	{}
};

static struct kunit_suite dma_nopage_life_suite = {
	.name = "dma-nopage-life",
	.init = nopage_case_init,
	.test_cases = dma_nopage_life_cases,
};

kunit_test_suite(dma_nopage_life_suite);
