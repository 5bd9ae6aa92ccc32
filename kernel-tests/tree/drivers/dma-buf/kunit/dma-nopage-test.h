/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites on coherent DMA memory without struct page share: kinds of
 * memory, devices, buffers, and the two ends of a dma-buf.
 *
 * All of it belongs to the test case that asked for it and is given back, last
 * first, when the case ends.  What cannot be had ends the case as failed.
 */
#ifndef _DMA_NOPAGE_TEST_H
#define _DMA_NOPAGE_TEST_H

#include <kunit/test.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <media/videobuf2-core.h>

/**
 * enum nopage_kind - where the memory of a buffer comes from
 * @NOPAGE_ORDINARY: RAM with a struct page, what most devices get
 * @NOPAGE_NOMAP: a no-map region inside of RAM: pfn_valid() is true, and yet
 *	there is no page to use, as the region is not in the linear map
 * @NOPAGE_OUTSIDE: a region outside of RAM: pfn_valid() is false
 */
enum nopage_kind {
	NOPAGE_ORDINARY,
	NOPAGE_NOMAP,
	NOPAGE_OUTSIDE,
};

/**
 * struct nopage_buffer - coherent memory of one device
 * @dev: the device it was allocated for
 * @kind: where it comes from
 * @size: in bytes
 * @vaddr: the address the allocation returned for the CPU
 * @dma: the address the allocation returned for the device
 * @phys: where the memory lies
 */
struct nopage_buffer {
	struct device *dev;
	enum nopage_kind kind;
	size_t size;
	void *vaddr;
	dma_addr_t dma;
	phys_addr_t phys;
};

/**
 * struct nopage_vb2 - one plane of a videobuf2 queue on dma-contig memory
 * @queue: holds what the memory operations look at, and no more
 * @vb: the buffer the plane belongs to
 * @plane: the plane's private data, opaque
 */
struct nopage_vb2 {
	struct vb2_queue queue;
	struct vb2_buffer vb;
	void *plane;
};

/* Devices with a 32 bit mask.  They are not coherent and have no IOMMU. */
struct device *nopage_device(struct kunit *test, const char *name);

/*
 * Make the region of @kind the coherent pool of @dev, and return where it
 * lies.  The device sees the pool at @offset above its physical address.
 */
phys_addr_t nopage_declare_pool(struct kunit *test, struct device *dev,
				enum nopage_kind kind, dma_addr_t offset);

/* A device that allocates its coherent memory from @kind. */
struct device *nopage_device_with(struct kunit *test, const char *name,
				  enum nopage_kind kind);

/* Allocate coherent memory of @dev, which has no pool or one of @kind. */
struct nopage_buffer *nopage_alloc(struct kunit *test, struct device *dev,
				   enum nopage_kind kind, size_t size);

/* The table dma_get_sgtable() makes of @buf. */
struct sg_table *nopage_get_sgtable(struct kunit *test,
				    struct nopage_buffer *buf);

/*
 * Write a pattern, and look whether it is there, which it is not at NULL.
 * @seed tells two apart.
 */
void nopage_fill(void *vaddr, size_t size, u32 seed);
bool nopage_holds(const void *vaddr, size_t size, u32 seed);

/*
 * Look whether the pattern is in the memory that @dev reaches at @dma, without
 * the help of any mapping the exporter made.
 */
bool nopage_device_reads(struct kunit *test, struct device *dev,
			 dma_addr_t dma, enum nopage_kind kind, size_t size,
			 u32 seed);

/* videobuf2-dma-contig as exporter: allocate and export. */
struct nopage_vb2 *nopage_vb2_alloc(struct kunit *test, struct device *dev,
				    size_t size);
struct dma_buf *nopage_vb2_export(struct kunit *test, struct nopage_vb2 *from);

/* videobuf2-dma-contig as importer: attach @dmabuf to @dev. */
struct nopage_vb2 *nopage_vb2_attach(struct kunit *test, struct device *dev,
				     struct dma_buf *dmabuf);
/* Map what was attached until the case ends or unmaps it. */
int nopage_vb2_map(struct kunit *test, struct nopage_vb2 *to);
void nopage_vb2_unmap(struct kunit *test, struct nopage_vb2 *to);

/* The DMA address and the kernel address of either end's plane. */
dma_addr_t nopage_vb2_dma(struct nopage_vb2 *vb2);
void *nopage_vb2_vaddr(struct nopage_vb2 *vb2);

/* The first page of @dmabuf's bytes, read as user space would by mmap(). */
int nopage_user_read(struct dma_buf *dmabuf, void *to);

#endif /* _DMA_NOPAGE_TEST_H */
