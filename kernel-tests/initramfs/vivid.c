// SPDX-License-Identifier: GPL-2.0
/*
 * vivid, a camera and a display in software, with buffers of vb2-dma-contig
 * (vivid.allocators=1): frames are captured, and handed to the display.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "selftests.h"

/* Each device keeps two of them as long as it runs. */
#define BUFFERS		4
#define KEPT		2
#define FRAMES		6
#define WIDTH		320
#define HEIGHT		180
#define TIMEOUT_MS	10000

struct queue {
	int fd;
	uint32_t type;
	uint32_t memory;
	uint32_t size;
	int fds[BUFFERS]; /* of the dma-bufs */
	void *seen[BUFFERS];
};

static int fail(const char *what)
{
	ktap_fail("%s: %s", what, strerror(errno));
	return -1;
}

/* The first video device of vivid that can do @capability; -1: none. */
static int open_device(uint32_t capability)
{
	for (int i = 0; i < 16; i++) {
		struct v4l2_capability cap;
		char path[32];
		int fd;

		snprintf(path, sizeof(path), "/dev/video%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!ioctl(fd, VIDIOC_QUERYCAP, &cap) &&
		    !strcmp((char *)cap.driver, "vivid") &&
		    (cap.device_caps & capability))
			return fd;
		close(fd);
	}
	return -1;
}

static int set_format(struct queue *q)
{
	struct v4l2_format format = { .type = q->type };

	if (ioctl(q->fd, VIDIOC_G_FMT, &format))
		return fail("VIDIOC_G_FMT");
	format.fmt.pix.width = WIDTH;
	format.fmt.pix.height = HEIGHT;
	format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
	format.fmt.pix.field = V4L2_FIELD_NONE;
	format.fmt.pix.bytesperline = 0;
	format.fmt.pix.sizeimage = 0;
	if (ioctl(q->fd, VIDIOC_S_FMT, &format))
		return fail("VIDIOC_S_FMT");
	q->size = format.fmt.pix.sizeimage;
	return 0;
}

static int request(struct queue *q)
{
	struct v4l2_requestbuffers req = {
		.count = BUFFERS,
		.type = q->type,
		.memory = q->memory,
	};

	if (ioctl(q->fd, VIDIOC_REQBUFS, &req))
		return fail("VIDIOC_REQBUFS");
	if (req.count != BUFFERS) {
		ktap_fail("%u buffers", req.count);
		return -1;
	}
	return 0;
}

static int export_all(struct queue *q)
{
	for (uint32_t i = 0; i < BUFFERS; i++) {
		struct v4l2_exportbuffer export = {
			.type = q->type,
			.index = i,
			.flags = O_RDWR | O_CLOEXEC,
		};

		if (ioctl(q->fd, VIDIOC_EXPBUF, &export))
			return fail("VIDIOC_EXPBUF");
		q->fds[i] = export.fd;
		q->seen[i] = mmap(NULL, q->size, PROT_READ | PROT_WRITE,
				  MAP_SHARED, export.fd, 0);
		if (q->seen[i] == MAP_FAILED)
			return fail("mmap");
		memset(q->seen[i], 0, q->size);
	}
	return 0;
}

static int queue_buffer(struct queue *q, uint32_t index, int fd)
{
	struct v4l2_buffer buffer = {
		.type = q->type,
		.memory = q->memory,
		.index = index,
		.field = V4L2_FIELD_NONE,
	};

	if (q->memory == V4L2_MEMORY_DMABUF) {
		buffer.m.fd = fd;
		buffer.bytesused = q->size;
	}
	return ioctl(q->fd, VIDIOC_QBUF, &buffer) ? fail("VIDIOC_QBUF") : 0;
}

/* Its index, or -1. */
static int dequeue_buffer(struct queue *q)
{
	struct pollfd wait = {
		.fd = q->fd,
		.events = q->type == V4L2_BUF_TYPE_VIDEO_CAPTURE ? POLLIN :
								   POLLOUT,
	};
	struct v4l2_buffer buffer = { .type = q->type, .memory = q->memory };

	if (poll(&wait, 1, TIMEOUT_MS) != 1) {
		errno = ETIMEDOUT;
		return fail("poll");
	}
	if (ioctl(q->fd, VIDIOC_DQBUF, &buffer))
		return fail("VIDIOC_DQBUF");
	if (buffer.flags & V4L2_BUF_FLAG_ERROR) {
		errno = EIO;
		return fail("VIDIOC_DQBUF");
	}
	return buffer.index;
}

static int stream(struct queue *q)
{
	int type = q->type;

	return ioctl(q->fd, VIDIOC_STREAMON, &type) ? fail("VIDIOC_STREAMON") :
						      0;
}

static int has_picture(const uint8_t *frame, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (frame[i])
			return 1;
	ktap_fail("a captured frame is empty");
	return 0;
}

/* The camera's buffers are exported and queued. */
static int start_camera(struct queue *camera)
{
	if (set_format(camera) || request(camera) || export_all(camera))
		return -1;
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (queue_buffer(camera, i, -1))
			return -1;
	return stream(camera);
}

static int start_display(struct queue *display, const struct queue *camera)
{
	if (set_format(display) || request(display))
		return -1;
	if (display->size > camera->size) {
		ktap_fail("the display wants %u bytes, the camera gives %u",
			  display->size, camera->size);
		return -1;
	}
	return 0;
}

/* The camera gets a buffer back, cleared. */
static int give_back(struct queue *camera, int index)
{
	if (index < 0)
		return -1;
	memset(camera->seen[index], 0, camera->size);
	return queue_buffer(camera, index, -1);
}

/* Hand on a frame and take back one that was shown, once there are enough. */
static int show(struct queue *camera, struct queue *display, int frame,
		int index)
{
	if (queue_buffer(display, index, camera->fds[index]))
		return -1;
	if (frame + 1 < KEPT)
		return 0;
	if (frame + 1 == KEPT)
		return stream(display);
	return give_back(camera, dequeue_buffer(display));
}

/* @display may be NULL. */
static int run(struct queue *camera, struct queue *display)
{
	for (int i = 0; i < FRAMES; i++) {
		int index = dequeue_buffer(camera);

		if (index < 0 || !has_picture(camera->seen[index], camera->size))
			return -1;
		if (display ? show(camera, display, i, index) :
			      give_back(camera, index))
			return -1;
	}
	return 0;
}

static void finish(struct queue *q)
{
	for (int i = 0; i < BUFFERS; i++) {
		if (q->seen[i] && q->seen[i] != MAP_FAILED)
			munmap(q->seen[i], q->size);
		if (q->fds[i] > 0)
			close(q->fds[i]);
	}
	close(q->fd);
}

static enum ktap_result captures(void)
{
	struct queue camera = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
		.fd = open_device(V4L2_CAP_VIDEO_CAPTURE),
	};
	int ret;

	if (camera.fd < 0)
		return ktap_skip("no vivid in this kernel");
	ret = start_camera(&camera);
	if (!ret)
		ret = run(&camera, NULL);
	finish(&camera);
	return ret ? KTAP_FAIL : KTAP_PASS;
}

static enum ktap_result hands_on(void)
{
	struct queue camera = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
		.fd = open_device(V4L2_CAP_VIDEO_CAPTURE),
	};
	struct queue display = {
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT,
		.memory = V4L2_MEMORY_DMABUF,
		.fd = open_device(V4L2_CAP_VIDEO_OUTPUT),
	};
	int ret;

	if (camera.fd < 0 || display.fd < 0)
		return ktap_skip("no vivid in this kernel");
	ret = start_camera(&camera);
	if (!ret)
		ret = start_display(&display, &camera);
	if (!ret)
		ret = run(&camera, &display);
	finish(&display);
	finish(&camera);
	return ret ? KTAP_FAIL : KTAP_PASS;
}

static const struct ktap_case cases[] = {
	{ "captures_into_exported_buffers", captures },
	{ "hands_frames_to_output_as_dmabuf", hands_on },
};

const struct ktap_suite vivid_suite = {
	"vivid", cases, sizeof(cases) / sizeof(*cases),
};
