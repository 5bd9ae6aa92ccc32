// SPDX-License-Identifier: GPL-2.0
/*
 * A video decoder hands its frames to a scaler, as s5p-mfc does to exynos-gsc:
 * whole videobuf2 queues, one that exports its buffers (MMAP) and one that
 * takes them in (DMABUF), with one owner of a buffer at a time.  The decoder's
 * memory is what its device tree node names as memory-region.
 */
#include <linux/fdtable.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <media/videobuf2-dma-contig.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x71756575
#define BUFFERS	2
#define ROUNDS	3

/**
 * struct codec - a device with one queue
 * @queue: the queue
 * @lock: the queue's lock
 * @dev: the device
 * @active: the buffer that the queue gave to the device
 * @fds: the dma-bufs that a DMABUF queue is given, those an MMAP queue exports
 */
struct codec {
	struct vb2_queue queue;
	struct mutex lock;	/* of the queue, see vb2_queue.lock */
	struct device *dev;
	struct vb2_buffer *active;
	int fds[BUFFERS];
};

static int codec_queue_setup(struct vb2_queue *queue, unsigned int *num_buffers,
			     unsigned int *num_planes, unsigned int sizes[],
			     struct device *alloc_devs[])
{
	*num_planes = 1;
	sizes[0] = SIZE;
	return 0;
}

static void codec_buf_queue(struct vb2_buffer *vb)
{
	struct codec *codec = vb2_get_drv_priv(vb->vb2_queue);

	codec->active = vb;
}

static void codec_stop_streaming(struct vb2_queue *queue)
{
	struct codec *codec = vb2_get_drv_priv(queue);

	if (codec->active)
		vb2_buffer_done(codec->active, VB2_BUF_STATE_ERROR);
	codec->active = NULL;
}

static const struct vb2_ops codec_ops = {
	.queue_setup = codec_queue_setup,
	.buf_queue = codec_buf_queue,
	.stop_streaming = codec_stop_streaming,
};

/* What user space says of a plane when it queues a buffer. */
static int codec_fill_vb2_buffer(struct vb2_buffer *vb,
				 struct vb2_plane *planes)
{
	struct codec *codec = vb2_get_drv_priv(vb->vb2_queue);

	planes[0].bytesused = SIZE;
	if (vb->memory == VB2_MEMORY_DMABUF) {
		planes[0].m.fd = codec->fds[vb->index];
		planes[0].length = SIZE;
	}
	return 0;
}

static const struct vb2_buf_ops codec_buf_ops = {
	.fill_vb2_buffer = codec_fill_vb2_buffer,
};

static void codec_release(void *queue)
{
	vb2_core_queue_release(queue);
	/* The last reference of a dma-buf goes later, and the device after it. */
	nopage_flush_files();
}

static struct codec *codec_new(struct kunit *test, struct device *dev,
			       enum vb2_memory memory)
{
	struct codec *codec = kunit_kzalloc(test, sizeof(*codec), GFP_KERNEL);
	struct vb2_queue *queue = &codec->queue;
	unsigned int count = BUFFERS;

	KUNIT_ASSERT_NOT_NULL(test, codec);
	mutex_init(&codec->lock);
	codec->dev = dev;
	queue->type = 1;
	queue->is_output = memory == VB2_MEMORY_DMABUF;
	queue->io_modes = VB2_MMAP | VB2_DMABUF;
	queue->dev = dev;
	queue->lock = &codec->lock;
	queue->drv_priv = codec;
	queue->buf_struct_size = sizeof(struct vb2_buffer);
	queue->ops = &codec_ops;
	queue->mem_ops = &vb2_dma_contig_memops;
	queue->buf_ops = &codec_buf_ops;
	KUNIT_ASSERT_EQ(test, vb2_core_queue_init(queue), 0);
	nopage_defer(test, codec_release, queue);

	KUNIT_ASSERT_EQ(test, vb2_core_reqbufs(queue, memory, 0, &count), 0);
	KUNIT_ASSERT_EQ(test, count, BUFFERS);
	KUNIT_ASSERT_EQ(test, vb2_core_streamon(queue, queue->type), 0);
	return codec;
}

static void codec_close(void *fd)
{
	close_fd((long)fd);
}

static void codec_export(struct kunit *test, struct codec *from,
			 struct codec *to, enum nopage_kind kind)
{
	int i, ret;

	for (i = 0; i < BUFFERS; i++) {
		ret = nopage_queue_expbuf(&from->queue, i, &from->fds[i]);
		if (ret)
			nopage_refused(test, kind, "EXPBUF", ret);
		nopage_defer(test, codec_close, (void *)(long)from->fds[i]);
		to->fds[i] = from->fds[i];
	}
}

/* Queue a buffer, let the device access it, and take it back. */
static void codec_run(struct kunit *test, struct codec *codec,
		      enum nopage_kind kind, unsigned int index, u32 seed,
		      bool (*access)(struct kunit *test, struct device *dev,
				     dma_addr_t dma, enum nopage_kind kind,
				     size_t size, u32 seed))
{
	struct vb2_buffer *vb;
	unsigned int got;
	dma_addr_t dma;
	int ret;

	ret = nopage_queue_qbuf(&codec->queue, index);
	if (ret)
		nopage_refused(test, kind, "QBUF", ret);

	vb = codec->active;
	KUNIT_ASSERT_NOT_NULL(test, vb);
	codec->active = NULL;
	dma = vb2_dma_contig_plane_dma_addr(vb, 0);
	KUNIT_EXPECT_TRUE(test, access(test, codec->dev, dma, kind, SIZE,
				       seed));
	vb2_buffer_done(vb, VB2_BUF_STATE_DONE);

	ret = vb2_core_dqbuf(&codec->queue, &got, NULL, true);
	KUNIT_ASSERT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, got, index);
}

static void codec_memory_release(void *dev)
{
	of_reserved_mem_device_release(dev);
}

/* Its first region is inside of RAM, its second one outside. */
static struct device *codec_device(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_device(test, "decoder");
	struct device_node *np;
	int ret;

	if (kind == NOPAGE_ORDINARY)
		return dev;

	np = of_find_compatible_node(NULL, NULL, "test,dma-codec");
	KUNIT_ASSERT_NOT_NULL(test, np);
	ret = of_reserved_mem_device_init_by_idx(dev, np,
						 kind == NOPAGE_OUTSIDE);
	of_node_put(np);
	KUNIT_ASSERT_EQ(test, ret, 0);
	nopage_defer(test, codec_memory_release, dev);
	return dev;
}

static void expect_goes_round(struct kunit *test, enum nopage_kind kind)
{
	struct device *scaler_dev = nopage_importer(test, NOPAGE_PLAIN);
	struct codec *decoder, *scaler;
	int i;

	decoder = codec_new(test, codec_device(test, kind), VB2_MEMORY_MMAP);
	scaler = codec_new(test, scaler_dev, VB2_MEMORY_DMABUF);
	codec_export(test, decoder, scaler, kind);

	for (i = 0; i < ROUNDS * BUFFERS; i++) {
		codec_run(test, decoder, kind, i % BUFFERS, SEED + i,
			  nopage_device_writes);
		codec_run(test, scaler, kind, i % BUFFERS, SEED + i,
			  nopage_device_reads);
	}
}

static void page_goes_round_between_queues(struct kunit *test)
{
	expect_goes_round(test, NOPAGE_ORDINARY);
}

static void nomap_goes_round_between_queues(struct kunit *test)
{
	expect_goes_round(test, NOPAGE_NOMAP);
}

static void nopage_goes_round_between_queues(struct kunit *test)
{
	expect_goes_round(test, NOPAGE_OUTSIDE);
}

static struct kunit_case dma_nopage_queue_cases[] = {
	KUNIT_CASE(page_goes_round_between_queues),
	KUNIT_CASE(nomap_goes_round_between_queues),
	KUNIT_CASE(nopage_goes_round_between_queues),
	{}
};

static struct kunit_suite dma_nopage_queue_suite = {
	.name = "dma-nopage-queue",
	.init = nopage_case_init,
	.test_cases = dma_nopage_queue_cases,
};

kunit_test_suite(dma_nopage_queue_suite);
