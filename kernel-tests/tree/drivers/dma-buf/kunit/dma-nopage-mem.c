// SPDX-License-Identifier: GPL-2.0
/*
 * Devices and coherent memory for the suites on memory without struct page.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/io.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "dma-nopage-test.h"

static void nopage_device_free(struct kunit_resource *res)
{
	platform_device_unregister(res->data);
}

static int nopage_device_init(struct kunit_resource *res, void *name)
{
	struct platform_device_info info = {
		.name = name,
		.id = PLATFORM_DEVID_AUTO,
		.dma_mask = DMA_BIT_MASK(32),
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);

	res->data = pdev;
	return 0;
}

struct device *nopage_device(struct kunit *test, const char *name)
{
	struct platform_device *pdev;

	pdev = kunit_alloc_resource(test, nopage_device_init,
				    nopage_device_free, GFP_KERNEL,
				    (void *)name);
	KUNIT_ASSERT_NOT_NULL(test, pdev);
	return &pdev->dev;
}

static const char *nopage_compatible(enum nopage_kind kind)
{
	return kind == NOPAGE_NOMAP ? "test,dma-nomap" : "test,dma-nopage";
}

static int nopage_find_region(enum nopage_kind kind, struct resource *region)
{
	struct device_node *np;
	int ret;

	np = of_find_compatible_node(NULL, NULL, nopage_compatible(kind));
	if (!np)
		return -ENODEV;

	ret = of_address_to_resource(np, 0, region);
	of_node_put(np);
	return ret;
}

static void nopage_pool_free(struct kunit_resource *res)
{
	dma_release_coherent_memory(res->data);
}

struct nopage_pool {
	struct device *dev;
	struct resource *region;
	dma_addr_t offset;
};

static int nopage_pool_init(struct kunit_resource *res, void *context)
{
	struct nopage_pool *pool = context;
	phys_addr_t base = pool->region->start;

	res->data = pool->dev;
	return dma_declare_coherent_memory(pool->dev, base,
					   base + pool->offset,
					   resource_size(pool->region));
}

phys_addr_t nopage_declare_pool(struct kunit *test, struct device *dev,
				enum nopage_kind kind, dma_addr_t offset)
{
	struct resource region;
	struct nopage_pool pool = {
		.dev = dev,
		.region = &region,
		.offset = offset,
	};

	KUNIT_ASSERT_EQ_MSG(test, nopage_find_region(kind, &region), 0,
			    "no device tree node %s", nopage_compatible(kind));

	/* The board is not set up as the suites need it if these fail. */
	KUNIT_ASSERT_FALSE(test, memblock_is_map_memory(region.start));
	KUNIT_ASSERT_EQ(test, !!pfn_valid(PHYS_PFN(region.start)),
			kind == NOPAGE_NOMAP);

	KUNIT_ASSERT_NOT_NULL(test,
			      kunit_alloc_resource(test, nopage_pool_init,
						   nopage_pool_free,
						   GFP_KERNEL, &pool));
	return region.start;
}

struct device *nopage_device_with(struct kunit *test, const char *name,
				  enum nopage_kind kind)
{
	struct device *dev = nopage_device(test, name);

	if (kind != NOPAGE_ORDINARY)
		nopage_declare_pool(test, dev, kind, 0);
	return dev;
}

static void nopage_buffer_free(struct kunit_resource *res)
{
	struct nopage_buffer *buf = res->data;

	dma_free_coherent(buf->dev, buf->size, buf->vaddr, buf->dma);
	kfree(buf);
}

static int nopage_buffer_init(struct kunit_resource *res, void *context)
{
	struct nopage_buffer *buf;

	buf = kmemdup(context, sizeof(*buf), GFP_KERNEL);
	if (!buf)
		return -ENOMEM;

	buf->vaddr = dma_alloc_coherent(buf->dev, buf->size, &buf->dma,
					GFP_KERNEL);
	if (!buf->vaddr) {
		kfree(buf);
		return -ENOMEM;
	}

	buf->phys = dma_to_phys(buf->dev, buf->dma);
	res->data = buf;
	return 0;
}

struct nopage_buffer *nopage_alloc(struct kunit *test, struct device *dev,
				   enum nopage_kind kind, size_t size)
{
	struct nopage_buffer *buf, want = {
		.dev = dev,
		.kind = kind,
		.size = size,
	};

	buf = kunit_alloc_resource(test, nopage_buffer_init,
				   nopage_buffer_free, GFP_KERNEL, &want);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	return buf;
}

static void nopage_sgtable_free(struct kunit_resource *res)
{
	sg_free_table(res->data);
	kfree(res->data);
}

struct nopage_sgtable {
	struct nopage_buffer *buf;
	int ret;
};

static int nopage_sgtable_init(struct kunit_resource *res, void *context)
{
	struct nopage_sgtable *get = context;
	struct nopage_buffer *buf = get->buf;
	struct sg_table *sgt;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return -ENOMEM;

	get->ret = dma_get_sgtable(buf->dev, sgt, buf->vaddr, buf->dma,
				   buf->size);
	if (get->ret) {
		kfree(sgt);
		return get->ret;
	}

	res->data = sgt;
	return 0;
}

struct sg_table *nopage_get_sgtable(struct kunit *test,
				    struct nopage_buffer *buf)
{
	struct nopage_sgtable get = { .buf = buf };
	struct sg_table *sgt;

	sgt = kunit_alloc_resource(test, nopage_sgtable_init,
				   nopage_sgtable_free, GFP_KERNEL, &get);
	KUNIT_ASSERT_NOT_NULL_MSG(test, sgt, "dma_get_sgtable() refused: %d",
				  get.ret);
	return sgt;
}

static u32 nopage_word(size_t i, u32 seed)
{
	return seed ^ (u32)i * 0x9e3779b1;
}

void nopage_fill(void *vaddr, size_t size, u32 seed)
{
	u32 *word = vaddr;
	size_t i;

	for (i = 0; i < size / sizeof(*word); i++)
		word[i] = nopage_word(i, seed);
}

bool nopage_holds(const void *vaddr, size_t size, u32 seed)
{
	const u32 *word = vaddr;
	size_t i;

	if (!vaddr)
		return false;

	for (i = 0; i < size / sizeof(*word); i++)
		if (word[i] != nopage_word(i, seed))
			return false;
	return true;
}

bool nopage_device_reads(struct kunit *test, struct device *dev,
			 dma_addr_t dma, enum nopage_kind kind, size_t size,
			 u32 seed)
{
	phys_addr_t phys = dma_to_phys(dev, dma);
	struct resource region;
	void *vaddr;
	bool holds;

	if (kind == NOPAGE_ORDINARY) {
		if (!pfn_valid(PHYS_PFN(phys)))
			return false;
		return nopage_holds(phys_to_virt(phys), size, seed);
	}

	KUNIT_ASSERT_EQ(test, nopage_find_region(kind, &region), 0);
	if (phys < region.start || phys + size - 1 > region.end)
		return false;

	vaddr = memremap(phys, size, MEMREMAP_WC);
	KUNIT_ASSERT_NOT_NULL(test, vaddr);
	holds = nopage_holds(vaddr, size, seed);
	memunmap(vaddr);
	return holds;
}
