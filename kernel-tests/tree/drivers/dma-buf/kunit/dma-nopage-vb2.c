// SPDX-License-Identifier: GPL-2.0
/*
 * videobuf2-dma-contig on both ends of a dma-buf, called as videobuf2-core
 * calls it for a plane: allocate and export, attach and map.  And an importer
 * that calls dma-buf itself.
 */
#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <media/videobuf2-dma-contig.h>

#include "dma-nopage-test.h"

static const struct vb2_mem_ops *ops = &vb2_dma_contig_memops;

static struct nopage_vb2 *nopage_vb2_new(struct kunit *test,
					 enum nopage_kind kind, size_t size,
					 enum dma_data_direction dir)
{
	struct nopage_vb2 *vb2 = kunit_kzalloc(test, sizeof(*vb2), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vb2);
	vb2->queue.dma_dir = dir;
	vb2->vb.vb2_queue = &vb2->queue;
	vb2->kind = kind;
	vb2->size = size;
	return vb2;
}

static void nopage_vb2_put(void *plane)
{
	ops->put(plane);
}

struct nopage_vb2 *nopage_vb2_alloc(struct kunit *test, struct device *dev,
				    enum nopage_kind kind, size_t size)
{
	struct nopage_vb2 *vb2 = nopage_vb2_new(test, kind, size,
						DMA_FROM_DEVICE);

	vb2->plane = ops->alloc(&vb2->vb, dev, size);
	KUNIT_ASSERT_FALSE(test, IS_ERR(vb2->plane));
	nopage_defer(test, nopage_vb2_put, vb2->plane);
	KUNIT_ASSERT_NOT_NULL(test, nopage_vb2_vaddr(vb2));
	return vb2;
}

void nopage_vb2_free(struct kunit *test, struct nopage_vb2 *from)
{
	nopage_do_now(test, nopage_vb2_put, from->plane);
}

/* The device must not go before the last reference of the file. */
static void nopage_dmabuf_release(void *dmabuf)
{
	dma_buf_put(dmabuf);
	nopage_flush_files();
}

/* vb2 gives no errno here; VIDIOC_EXPBUF says -EINVAL. */
struct dma_buf *nopage_vb2_export(struct kunit *test, struct nopage_vb2 *from)
{
	struct dma_buf *dmabuf = ops->get_dmabuf(&from->vb, from->plane,
						 O_RDWR);

	if (!dmabuf)
		nopage_refused(test, from->kind, "export", -EINVAL);
	nopage_defer(test, nopage_dmabuf_release, dmabuf);
	return dmabuf;
}

void nopage_dmabuf_put(struct kunit *test, struct dma_buf *dmabuf)
{
	nopage_do_now(test, nopage_dmabuf_release, dmabuf);
}

static void nopage_vb2_do_detach(void *plane)
{
	ops->detach_dmabuf(plane);
}

struct nopage_vb2 *nopage_vb2_attach(struct kunit *test, struct device *dev,
				     enum nopage_kind kind,
				     struct dma_buf *dmabuf)
{
	struct nopage_vb2 *vb2 = nopage_vb2_new(test, kind, dmabuf->size,
						DMA_TO_DEVICE);

	vb2->plane = ops->attach_dmabuf(&vb2->vb, dev, dmabuf, dmabuf->size);
	if (IS_ERR(vb2->plane))
		nopage_refused(test, kind, "attach", PTR_ERR(vb2->plane));
	nopage_defer(test, nopage_vb2_do_detach, vb2->plane);
	return vb2;
}

void nopage_vb2_detach(struct kunit *test, struct nopage_vb2 *to)
{
	nopage_do_now(test, nopage_vb2_do_detach, to->plane);
}

static void nopage_vb2_do_unmap(void *plane)
{
	ops->unmap_dmabuf(plane);
}

void nopage_vb2_map(struct kunit *test, struct nopage_vb2 *to)
{
	int ret = ops->map_dmabuf(to->plane);

	if (ret)
		nopage_refused(test, to->kind, "map", ret);
	nopage_defer(test, nopage_vb2_do_unmap, to->plane);
}

void nopage_vb2_unmap(struct kunit *test, struct nopage_vb2 *to)
{
	nopage_do_now(test, nopage_vb2_do_unmap, to->plane);
}

struct nopage_vb2 *nopage_vb2_import(struct kunit *test, struct device *dev,
				     enum nopage_kind kind,
				     struct dma_buf *dmabuf)
{
	struct nopage_vb2 *to = nopage_vb2_attach(test, dev, kind, dmabuf);

	nopage_vb2_map(test, to);
	return to;
}

dma_addr_t nopage_vb2_dma(struct nopage_vb2 *vb2)
{
	dma_addr_t *dma = ops->cookie(&vb2->vb, vb2->plane);

	return *dma;
}

void *nopage_vb2_vaddr(struct nopage_vb2 *vb2)
{
	return ops->vaddr(&vb2->vb, vb2->plane);
}

static void nopage_import_detach(void *data)
{
	struct dma_buf_attachment *attach = data;

	dma_buf_detach(attach->dmabuf, attach);
}

static void nopage_import_unmap(void *data)
{
	struct dma_buf_attachment *attach = data;

	nopage_dmabuf_unmap(attach, attach->importer_priv);
}

struct sg_table *nopage_import(struct kunit *test, struct device *dev,
			       enum nopage_kind kind, struct dma_buf *dmabuf)
{
	struct dma_buf_attachment *attach = dma_buf_attach(dmabuf, dev);
	struct sg_table *sgt;

	if (IS_ERR(attach))
		nopage_refused(test, kind, "attach", PTR_ERR(attach));
	nopage_defer(test, nopage_import_detach, attach);

	sgt = nopage_dmabuf_map(attach);
	if (IS_ERR(sgt))
		nopage_refused(test, kind, "map", PTR_ERR(sgt));
	attach->importer_priv = sgt;
	nopage_defer(test, nopage_import_unmap, attach);
	return sgt;
}

/* An address space of its own, as the tests run in a kernel thread. */
static struct mm_struct *nopage_mm_new(void)
{
	struct mm_struct *mm = mm_alloc();

	if (mm) {
		mm->task_size = TASK_SIZE;
		arch_pick_mmap_layout(mm, &current->signal->rlim[RLIMIT_STACK]);
	}
	return mm;
}

/* Nothing in here ends the case, so that the address space is given back. */
int nopage_user_read(struct dma_buf *dmabuf, void *to)
{
	struct mm_struct *mm = nopage_mm_new();
	unsigned long addr;
	int ret = 0;

	if (!mm)
		return -ENOMEM;

	kthread_use_mm(mm);
	addr = vm_mmap(dmabuf->file, 0, dmabuf->size, PROT_READ | PROT_WRITE,
		       MAP_SHARED, 0);
	if (IS_ERR_VALUE(addr)) {
		ret = addr;
	} else {
		if (copy_from_user(to, (void __user *)addr, PAGE_SIZE))
			ret = -EFAULT;
		vm_munmap(addr, dmabuf->size);
	}
	kthread_unuse_mm(mm);
	mmput(mm);
	return ret;
}
