// SPDX-License-Identifier: GPL-2.0
/*
 * What changes from kernel to kernel in the interfaces the suites use, so that
 * the rest of them is the same on all.
 */
#include <kunit/resource.h>
#include <linux/slab.h>

#include "dma-nopage-test.h"

struct nopage_deferred {
	void (*action)(void *data);
	void *data;
};

static void nopage_deferred_free(struct kunit_resource *res)
{
	struct nopage_deferred *deferred = res->data;

	deferred->action(deferred->data);
	kfree(deferred);
}

static int nopage_deferred_init(struct kunit_resource *res, void *deferred)
{
	res->data = kmemdup(deferred, sizeof(struct nopage_deferred),
			    GFP_KERNEL);
	return res->data ? 0 : -ENOMEM;
}

/* Do it when the case ends; at once if that cannot be promised. */
void nopage_defer(struct kunit *test, void (*action)(void *), void *data)
{
	struct nopage_deferred deferred = {
		.action = action,
		.data = data,
	};

	if (kunit_alloc_resource(test, nopage_deferred_init,
				 nopage_deferred_free, GFP_KERNEL, &deferred))
		return;

	action(data);
	KUNIT_ASSERT_FAILURE(test, "out of memory");
}

static bool nopage_deferred_match(struct kunit *test,
				  struct kunit_resource *res, void *match)
{
	struct nopage_deferred *deferred = res->data, *wanted = match;

	return res->free == nopage_deferred_free &&
	       deferred->action == wanted->action &&
	       deferred->data == wanted->data;
}

/* Do now what was deferred. */
void nopage_do_now(struct kunit *test, void (*action)(void *), void *data)
{
	struct nopage_deferred wanted = {
		.action = action,
		.data = data,
	};

	KUNIT_ASSERT_EQ(test, kunit_destroy_resource(test,
						     nopage_deferred_match,
						     &wanted), 0);
}

int nopage_dmabuf_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	return dma_buf_vmap_unlocked(dmabuf, map);
}

void nopage_dmabuf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	dma_buf_vunmap_unlocked(dmabuf, map);
}

struct sg_table *nopage_dmabuf_map(struct dma_buf_attachment *attach)
{
	return dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
}

void nopage_dmabuf_unmap(struct dma_buf_attachment *attach,
			 struct sg_table *sgt)
{
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
}

/*
 * The page of an entry that an importer got.  CONFIG_DMABUF_DEBUG inverts all
 * bits of page_link but the lowest eight, of which two are flags; it may leave
 * alone what is no page.
 */
struct page *nopage_imported_page(struct scatterlist *sg)
{
	unsigned long link = sg->page_link;

	if (IS_ENABLED(CONFIG_DMABUF_DEBUG) && (link & ~SG_PAGE_LINK_MASK))
		link ^= ~0xffUL;
	return (struct page *)(link & ~SG_PAGE_LINK_MASK);
}

int nopage_queue_qbuf(struct vb2_queue *queue, unsigned int index)
{
	return vb2_core_qbuf(queue, vb2_get_buffer(queue, index), NULL, NULL);
}

int nopage_queue_expbuf(struct vb2_queue *queue, unsigned int index, int *fd)
{
	return vb2_core_expbuf(queue, fd, queue->type,
			       vb2_get_buffer(queue, index), 0, O_RDWR);
}
