// SPDX-License-Identifier: GPL-2.0
/*
 * videobuf2-dma-contig on both ends of a dma-buf, called as videobuf2-core
 * calls it for a plane: allocate and export, attach and map.
 */
#include <linux/dma-buf.h>
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

struct nopage_vb2_want {
	struct device *dev;
	size_t size;
	struct dma_buf *dmabuf;
};

static struct nopage_vb2 *nopage_vb2_new(enum dma_data_direction dir)
{
	struct nopage_vb2 *vb2;

	vb2 = kzalloc(sizeof(*vb2), GFP_KERNEL);
	if (!vb2)
		return NULL;

	vb2->queue.dma_dir = dir;
	vb2->vb.vb2_queue = &vb2->queue;
	return vb2;
}

static void nopage_vb2_put(struct kunit_resource *res)
{
	struct nopage_vb2 *vb2 = res->data;

	ops->put(vb2->plane);
	kfree(vb2);
}

static int nopage_vb2_alloc_init(struct kunit_resource *res, void *context)
{
	struct nopage_vb2_want *want = context;
	struct nopage_vb2 *vb2;

	vb2 = nopage_vb2_new(DMA_FROM_DEVICE);
	if (!vb2)
		return -ENOMEM;

	vb2->plane = ops->alloc(&vb2->vb, want->dev, want->size);
	if (IS_ERR(vb2->plane)) {
		int ret = PTR_ERR(vb2->plane);

		kfree(vb2);
		return ret;
	}

	res->data = vb2;
	return 0;
}

struct nopage_vb2 *nopage_vb2_alloc(struct kunit *test, struct device *dev,
				    size_t size)
{
	struct nopage_vb2_want want = {
		.dev = dev,
		.size = size,
	};
	struct nopage_vb2 *vb2;

	vb2 = kunit_alloc_resource(test, nopage_vb2_alloc_init, nopage_vb2_put,
				   GFP_KERNEL, &want);
	KUNIT_ASSERT_NOT_NULL(test, vb2);
	KUNIT_ASSERT_NOT_NULL(test, nopage_vb2_vaddr(vb2));
	return vb2;
}

static void nopage_dmabuf_put(struct kunit_resource *res)
{
	dma_buf_put(res->data);
	/*
	 * A kernel thread drops the last reference of a file later.  The
	 * device must not go before that.
	 */
	flush_delayed_fput();
}

static int nopage_dmabuf_init(struct kunit_resource *res, void *context)
{
	struct nopage_vb2 *from = context;

	res->data = ops->get_dmabuf(&from->vb, from->plane, O_RDWR);
	return res->data ? 0 : -EINVAL;
}

struct dma_buf *nopage_vb2_export(struct kunit *test, struct nopage_vb2 *from)
{
	struct dma_buf *dmabuf;

	dmabuf = kunit_alloc_resource(test, nopage_dmabuf_init,
				      nopage_dmabuf_put, GFP_KERNEL, from);
	KUNIT_ASSERT_NOT_NULL_MSG(test, dmabuf, "the export was refused");
	return dmabuf;
}

static void nopage_vb2_detach(struct kunit_resource *res)
{
	struct nopage_vb2 *vb2 = res->data;

	ops->detach_dmabuf(vb2->plane);
	kfree(vb2);
}

static int nopage_vb2_attach_init(struct kunit_resource *res, void *context)
{
	struct nopage_vb2_want *want = context;
	struct nopage_vb2 *vb2;

	vb2 = nopage_vb2_new(DMA_TO_DEVICE);
	if (!vb2)
		return -ENOMEM;

	vb2->plane = ops->attach_dmabuf(&vb2->vb, want->dev, want->dmabuf,
					want->dmabuf->size);
	if (IS_ERR(vb2->plane)) {
		int ret = PTR_ERR(vb2->plane);

		kfree(vb2);
		return ret;
	}

	res->data = vb2;
	return 0;
}

struct nopage_vb2 *nopage_vb2_attach(struct kunit *test, struct device *dev,
				     struct dma_buf *dmabuf)
{
	struct nopage_vb2_want want = {
		.dev = dev,
		.dmabuf = dmabuf,
	};
	struct nopage_vb2 *vb2;

	vb2 = kunit_alloc_resource(test, nopage_vb2_attach_init,
				   nopage_vb2_detach, GFP_KERNEL, &want);
	KUNIT_ASSERT_NOT_NULL(test, vb2);
	return vb2;
}

static void nopage_vb2_mapping_free(struct kunit_resource *res)
{
	struct nopage_vb2 *to = res->data;

	ops->unmap_dmabuf(to->plane);
}

/* The call is made here, so that it can be seen in the trace of a crash. */
int nopage_vb2_map(struct kunit *test, struct nopage_vb2 *to)
{
	int ret = ops->map_dmabuf(to->plane);

	if (ret)
		return ret;

	if (!kunit_alloc_resource(test, NULL, nopage_vb2_mapping_free,
				  GFP_KERNEL, to)) {
		ops->unmap_dmabuf(to->plane);
		return -ENOMEM;
	}
	return 0;
}

static bool nopage_vb2_mapping_match(struct kunit *test,
				     struct kunit_resource *res, void *to)
{
	return res->free == nopage_vb2_mapping_free && res->data == to;
}

void nopage_vb2_unmap(struct kunit *test, struct nopage_vb2 *to)
{
	KUNIT_ASSERT_EQ(test, kunit_destroy_resource(test,
						     nopage_vb2_mapping_match,
						     to), 0);
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
