// SPDX-License-Identifier: GPL-2.0
/*
 * Coherent memory, its tables, and what is written in it.
 */
#include <linux/dma-direct.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/memblock.h>
#include <linux/slab.h>

#include "dma-nopage-test.h"

static void nopage_buffer_free(void *data)
{
	struct nopage_buffer *buf = data;

	dma_free_coherent(buf->dev, buf->size, buf->vaddr, buf->dma);
	kfree(buf);
}

struct nopage_buffer *nopage_alloc(struct kunit *test, struct device *dev,
				   enum nopage_kind kind, size_t size)
{
	struct nopage_buffer *buf = kzalloc(sizeof(*buf), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	buf->dev = dev;
	buf->kind = kind;
	buf->size = size;
	buf->vaddr = dma_alloc_coherent(dev, size, &buf->dma, GFP_KERNEL);
	if (!buf->vaddr) {
		kfree(buf);
		KUNIT_ASSERT_TRUE_MSG(test, false, "no coherent memory");
	}
	nopage_defer(test, nopage_buffer_free, buf);

	buf->phys = dma_to_phys(dev, buf->dma);
	return buf;
}

static void nopage_sgtable_free(void *data)
{
	struct sg_table *sgt = data;

	sg_free_table(sgt);
	kfree(sgt);
}

struct sg_table *nopage_get_sgtable(struct kunit *test,
				    struct nopage_buffer *buf)
{
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, sgt);
	ret = dma_get_sgtable(buf->dev, sgt, buf->vaddr, buf->dma, buf->size);
	if (ret) {
		kfree(sgt);
		nopage_refused(test, buf->kind, "dma_get_sgtable()", ret);
	}
	nopage_defer(test, nopage_sgtable_free, sgt);
	return sgt;
}

static void nopage_mapping_free(void *data)
{
	struct nopage_mapping *mapping = data;

	dma_unmap_sgtable(mapping->dev, mapping->sgt, DMA_BIDIRECTIONAL,
			  mapping->attrs);
	kfree(mapping);
}

/* What was refused can still be synced: coherent memory needs no care. */
static void nopage_sync(struct device *dev, struct sg_table *sgt)
{
	dma_sync_sgtable_for_device(dev, sgt, DMA_BIDIRECTIONAL);
	dma_sync_sgtable_for_cpu(dev, sgt, DMA_BIDIRECTIONAL);
}

struct nopage_mapping *nopage_map(struct kunit *test, struct device *dev,
				  struct sg_table *sgt, enum nopage_kind kind,
				  unsigned long attrs)
{
	struct nopage_mapping *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, mapping);
	mapping->dev = dev;
	mapping->sgt = sgt;
	mapping->attrs = attrs;

	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		nopage_allow_complaint(test);
	ret = dma_map_sgtable(dev, sgt, DMA_BIDIRECTIONAL, attrs);
	if (ret) {
		kfree(mapping);
		if (kind != NOPAGE_ORDINARY)
			nopage_sync(dev, sgt);
		nopage_refused(test, kind, "dma_map_sgtable()", ret);
	}
	nopage_defer(test, nopage_mapping_free, mapping);

	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		nopage_sync(dev, sgt);
	return mapping;
}

void nopage_unmap(struct kunit *test, struct nopage_mapping *mapping)
{
	nopage_do_now(test, nopage_mapping_free, mapping);
}

static u32 nopage_word(size_t i, u32 seed)
{
	return seed ^ (u32)i * 0x9e3779b1;
}

void nopage_fill(void *vaddr, size_t size, u32 seed)
{
	size_t i, words = size / sizeof(u32);
	u32 *word = vaddr, last;

	for (i = 0; i < words; i++)
		word[i] = nopage_word(i, seed);

	last = nopage_word(words, seed);
	memcpy(&word[words], &last, size % sizeof(u32));
}

bool nopage_holds(const void *vaddr, size_t size, u32 seed)
{
	size_t i, words = size / sizeof(u32);
	const u32 *word = vaddr;
	u32 last;

	if (!vaddr)
		return false;

	for (i = 0; i < words; i++)
		if (word[i] != nopage_word(i, seed))
			return false;

	last = nopage_word(words, seed);
	return !memcmp(&word[words], &last, size % sizeof(u32));
}

/* Call @done on the memory at @phys, which may lie anywhere. */
static bool nopage_access(struct kunit *test, phys_addr_t phys,
			  enum nopage_kind kind, size_t size, u32 seed,
			  bool (*done)(void *vaddr, size_t size, u32 seed))
{
	void *vaddr;
	bool ret;

	if (kind != NOPAGE_ORDINARY) {
		if (!nopage_in_region(phys, size))
			return false;

		vaddr = memremap(phys, size, MEMREMAP_WC);
		KUNIT_ASSERT_NOT_NULL(test, vaddr);
		ret = done(vaddr, size, seed);
		memunmap(vaddr);
		return ret;
	}

	/* Ordinary memory is contiguous in the linear map. */
	if (!memblock_is_map_memory(phys) || !pfn_valid(PHYS_PFN(phys)) ||
	    PageHighMem(pfn_to_page(PHYS_PFN(phys))))
		return false;
	return done(phys_to_virt(phys), size, seed);
}

static bool nopage_do_read(void *vaddr, size_t size, u32 seed)
{
	return nopage_holds(vaddr, size, seed);
}

static bool nopage_do_write(void *vaddr, size_t size, u32 seed)
{
	nopage_fill(vaddr, size, seed);
	return true;
}

bool nopage_device_reads(struct kunit *test, struct device *dev,
			 dma_addr_t dma, enum nopage_kind kind, size_t size,
			 u32 seed)
{
	return nopage_access(test, nopage_device_phys(test, dev, dma, size),
			     kind, size, seed, nopage_do_read);
}

bool nopage_device_writes(struct kunit *test, struct device *dev,
			  dma_addr_t dma, enum nopage_kind kind, size_t size,
			  u32 seed)
{
	return nopage_access(test, nopage_device_phys(test, dev, dma, size),
			     kind, size, seed, nopage_do_write);
}
