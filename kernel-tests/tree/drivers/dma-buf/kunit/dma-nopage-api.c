// SPDX-License-Identifier: GPL-2.0
/*
 * What changes from kernel to kernel in the interfaces the suites use, so that
 * the rest of them is the same on all.
 */
#include "dma-nopage-test.h"

int nopage_dmabuf_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	return dma_buf_vmap(dmabuf, map);
}

void nopage_dmabuf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	dma_buf_vunmap(dmabuf, map);
}

struct sg_table *nopage_dmabuf_map(struct dma_buf_attachment *attach)
{
	return dma_buf_map_attachment(attach, DMA_BIDIRECTIONAL);
}

void nopage_dmabuf_unmap(struct dma_buf_attachment *attach,
			 struct sg_table *sgt)
{
	dma_buf_unmap_attachment(attach, sgt, DMA_BIDIRECTIONAL);
}

/*
 * The page of an entry that an importer got.  CONFIG_DMABUF_DEBUG inverts all
 * bits of page_link but the lowest eight, of which two are flags; what is no page
 * it has to leave alone, or the importer finds one.
 */
struct page *nopage_imported_page(struct scatterlist *sg)
{
	unsigned long link = sg->page_link & ~SG_PAGE_LINK_MASK;
	unsigned long page = (link ^ ~0xffUL) & ~SG_PAGE_LINK_MASK;

	if (IS_ENABLED(CONFIG_DMABUF_DEBUG) && link && page)
		return (struct page *)page;
	return (struct page *)link;
}

int nopage_queue_qbuf(struct vb2_queue *queue, unsigned int index)
{
	return vb2_core_qbuf(queue, index, NULL, NULL);
}

int nopage_queue_expbuf(struct vb2_queue *queue, unsigned int index, int *fd)
{
	return vb2_core_expbuf(queue, fd, queue->type, index, 0, O_RDWR);
}
