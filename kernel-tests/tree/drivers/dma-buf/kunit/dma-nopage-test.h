/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites on coherent DMA memory without struct page share: kinds of
 * memory, devices, buffers, and the two ends of a dma-buf.
 *
 * All of it belongs to the test case that asked for it and is given back, last
 * first, when the case ends.  What cannot be had ends the case: as skipped, with
 * the reason "refused: ...", if the kernel refused memory without struct page
 * (nopage_refused()), as failed otherwise.
 */
#ifndef _DMA_NOPAGE_TEST_H
#define _DMA_NOPAGE_TEST_H

#include <kunit/test.h>
#include <linux/dma-buf.h>
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
 * enum nopage_view - how a device sees memory
 * @NOPAGE_PLAIN: at its physical address
 * @NOPAGE_OFFSET: at another address, by the device's dma_range_map
 * @NOPAGE_IOMMU: through an IOMMU; without one in the kernel the case is skipped
 */
enum nopage_view {
	NOPAGE_PLAIN,
	NOPAGE_OFFSET,
	NOPAGE_IOMMU,
	NOPAGE_VIEWS,
};

/**
 * struct nopage_buffer - coherent memory of one device
 * @dev: the device it was allocated for
 * @kind: where it comes from
 * @size: in bytes
 * @vaddr: the address the allocation returned for the CPU
 * @dma: the address the allocation returned for the device
 * @phys: where the memory lies, if that is where dma_to_phys() says
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
 * struct nopage_mapping - a table that was mapped for streaming
 * @dev: for this device
 * @sgt: the table
 * @attrs: DMA_ATTR_...
 */
struct nopage_mapping {
	struct device *dev;
	struct sg_table *sgt;
	unsigned long attrs;
};

/**
 * struct nopage_vb2 - one plane of a videobuf2 queue on dma-contig memory
 * @queue: holds what the memory operations look at, and no more
 * @vb: the buffer the plane belongs to
 * @plane: the plane's private data, opaque
 * @kind: where the memory comes from
 * @size: in bytes
 */
struct nopage_vb2 {
	struct vb2_queue queue;
	struct vb2_buffer vb;
	void *plane;
	enum nopage_kind kind;
	size_t size;
};

/* The init function of each suite. */
int nopage_case_init(struct kunit *test);

/*
 * End the case as skipped since the kernel refused to do @what with memory of
 * @kind.  It fails if there is no cause to refuse, if @err is not an errno that
 * says so, or if the case failed already.
 */
void nopage_refused(struct kunit *test, enum nopage_kind kind, const char *what,
		    int err);

/*
 * Have @action done when the case ends, or do now what was deferred.  The last
 * references of files that were put go at once with nopage_flush_files(), which
 * has to be before the devices behind them go.
 */
void nopage_defer(struct kunit *test, void (*action)(void *), void *data);
void nopage_do_now(struct kunit *test, void (*action)(void *), void *data);
void nopage_flush_files(void);

/* dma-nopage-api.c: what other kernels call or do otherwise. */
int nopage_dmabuf_vmap(struct dma_buf *dmabuf, struct iosys_map *map);
void nopage_dmabuf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map);
struct sg_table *nopage_dmabuf_map(struct dma_buf_attachment *attach);
void nopage_dmabuf_unmap(struct dma_buf_attachment *attach,
			 struct sg_table *sgt);
struct page *nopage_imported_page(struct scatterlist *sg);
int nopage_queue_qbuf(struct vb2_queue *queue, unsigned int index);
int nopage_queue_expbuf(struct vb2_queue *queue, unsigned int index, int *fd);

/* A device without driver, not coherent, with a 32 bit mask, and its views. */
struct device *nopage_device(struct kunit *test, const char *name);
struct device *nopage_importer(struct kunit *test, enum nopage_view view);

/*
 * Make the region of @kind the coherent pool of @dev, and return where it
 * lies.  The device sees the pool at @offset above its physical address.
 */
phys_addr_t nopage_declare_pool(struct kunit *test, struct device *dev,
				enum nopage_kind kind, dma_addr_t offset);

/* A device that allocates its coherent memory from @kind. */
struct device *nopage_exporter(struct kunit *test, enum nopage_kind kind);

/* The region of @kind, and whether a range is in one of them. */
int nopage_find_region(enum nopage_kind kind, struct resource *region);
bool nopage_in_region(phys_addr_t phys, size_t size);

/* Where @dev finds what is at @dma, or a region's end if not in one piece. */
phys_addr_t nopage_device_phys(struct kunit *test, struct device *dev,
			       dma_addr_t dma, size_t size);

/* Allocate coherent memory of @dev, which has no pool or one of @kind. */
struct nopage_buffer *nopage_alloc(struct kunit *test, struct device *dev,
				   enum nopage_kind kind, size_t size);

/* The table dma_get_sgtable() makes of @buf. */
struct sg_table *nopage_get_sgtable(struct kunit *test,
				    struct nopage_buffer *buf);

/* Map @sgt of memory of @kind for @dev until the case ends or unmaps it. */
struct nopage_mapping *nopage_map(struct kunit *test, struct device *dev,
				  struct sg_table *sgt, enum nopage_kind kind,
				  unsigned long attrs);
void nopage_unmap(struct kunit *test, struct nopage_mapping *mapping);

/*
 * Write a pattern, and look whether it is there, which it is not at NULL.
 * @seed tells two apart.
 */
void nopage_fill(void *vaddr, size_t size, u32 seed);
bool nopage_holds(const void *vaddr, size_t size, u32 seed);

/*
 * Look whether the pattern is in the memory that @dev reaches at @dma, or write
 * it there, without the help of any mapping the exporter made.  Memory that is
 * not of @kind is left alone: a wrong address may be of what others use.
 */
bool nopage_device_reads(struct kunit *test, struct device *dev,
			 dma_addr_t dma, enum nopage_kind kind, size_t size,
			 u32 seed);
bool nopage_device_writes(struct kunit *test, struct device *dev,
			  dma_addr_t dma, enum nopage_kind kind, size_t size,
			  u32 seed);

/* videobuf2-dma-contig as exporter: allocate, fill and export. */
struct nopage_vb2 *nopage_vb2_alloc(struct kunit *test, struct device *dev,
				    enum nopage_kind kind, size_t size);
void nopage_vb2_free(struct kunit *test, struct nopage_vb2 *from);
struct dma_buf *nopage_vb2_export(struct kunit *test, struct nopage_vb2 *from);
void nopage_dmabuf_put(struct kunit *test, struct dma_buf *dmabuf);

/* videobuf2-dma-contig as importer: attach @dmabuf to @dev. */
struct nopage_vb2 *nopage_vb2_attach(struct kunit *test, struct device *dev,
				     enum nopage_kind kind,
				     struct dma_buf *dmabuf);
void nopage_vb2_detach(struct kunit *test, struct nopage_vb2 *to);
/* Map what was attached until the case ends or unmaps it. */
void nopage_vb2_map(struct kunit *test, struct nopage_vb2 *to);
void nopage_vb2_unmap(struct kunit *test, struct nopage_vb2 *to);
/* Both. */
struct nopage_vb2 *nopage_vb2_import(struct kunit *test, struct device *dev,
				     enum nopage_kind kind,
				     struct dma_buf *dmabuf);

/* The DMA address and the kernel address of either end's plane. */
dma_addr_t nopage_vb2_dma(struct nopage_vb2 *vb2);
void *nopage_vb2_vaddr(struct nopage_vb2 *vb2);

/* An importer that is no vb2 queue: attach @dmabuf to @dev and map it. */
struct sg_table *nopage_import(struct kunit *test, struct device *dev,
			       enum nopage_kind kind, struct dma_buf *dmabuf);

/* The first page of @dmabuf's bytes, read as user space would by mmap(). */
int nopage_user_read(struct dma_buf *dmabuf, void *to);

/*
 * Watch the outer cache's maintenance: an emulator does not fault on cache
 * maintenance through a page whose memory is not mapped, as a board would.
 */
bool nopage_can_watch_cache(void);
void nopage_watch_cache(struct kunit *test, phys_addr_t phys, size_t size);
bool nopage_cache_was_touched(void);

/*
 * The DMA API's debugging: a case fails that it complains more of than of the
 * same on ordinary memory, which is once for each streaming mapping of coherent
 * memory without DMA_ATTR_SKIP_CPU_SYNC.
 */
void nopage_watch_complaints(struct kunit *test);
void nopage_allow_complaint(struct kunit *test);

/*
 * Its list of mappings: where the memory lies that @dev has mapped at @dma, or 0
 * if that is not in the list.
 */
bool nopage_can_list_mappings(void);
phys_addr_t nopage_listed_phys(struct kunit *test, struct device *dev,
			       dma_addr_t dma);

/* A device behind the suites' own IOMMU, and how many pages are mapped there. */
struct device *nopage_iommu_device(struct kunit *test);
bool nopage_behind_iommu(struct device *dev);
unsigned int nopage_iommu_pages(struct device *dev);
phys_addr_t nopage_iommu_phys(struct kunit *test, struct device *dev,
			      dma_addr_t dma, size_t size);

#endif /* _DMA_NOPAGE_TEST_H */
