// SPDX-License-Identifier: GPL-2.0
/* udmabuf: a dma-buf of memory that user space has, of a memfd. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "selftests.h"

#define PAGES	4
#define SEED	0x75646d61

static const char device[] = "/dev/udmabuf";

/* A memfd with these seals, or a negative errno. */
static int sealed_memfd(int seals)
{
	int fd = memfd_create("udmabuf", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, PAGES * getpagesize()) ||
	    fcntl(fd, F_ADD_SEALS, seals)) {
		int err = errno;

		close(fd);
		return -err;
	}
	return fd;
}

/* The dma-buf's descriptor, or a negative errno. */
static int create(int memfd, uint64_t offset, uint64_t size)
{
	struct udmabuf_create data = {
		.memfd = memfd,
		.flags = UDMABUF_FLAGS_CLOEXEC,
		.offset = offset,
		.size = size,
	};
	int dev = open(device, O_RDWR | O_CLOEXEC), ret;

	if (dev < 0)
		return -errno;
	ret = ioctl(dev, UDMABUF_CREATE, &data);
	if (ret < 0)
		ret = -errno;
	close(dev);
	return ret;
}

static enum ktap_result refuses(int memfd, uint64_t offset, uint64_t size,
				int wanted)
{
	int fd;

	if (access(device, F_OK))
		return ktap_skip("no %s", device);
	if (memfd < 0)
		return ktap_fail("memfd: %s", strerror(-memfd));

	fd = create(memfd, offset, size);
	if (fd >= 0) {
		close(fd);
		return ktap_fail("it is taken");
	}
	return fd == -wanted ? KTAP_PASS :
			       ktap_fail("it is refused with %s", strerror(-fd));
}

static enum ktap_result refuses_of(int seals, uint64_t offset, uint64_t size)
{
	int memfd = sealed_memfd(seals);
	enum ktap_result ret = refuses(memfd, offset, size, EINVAL);

	if (memfd >= 0)
		close(memfd);
	return ret;
}

static enum ktap_result refuses_offset(void)
{
	return refuses_of(F_SEAL_SHRINK, getpagesize() / 2, getpagesize());
}

static enum ktap_result refuses_size(void)
{
	return refuses_of(F_SEAL_SHRINK, 0, getpagesize() / 2);
}

static enum ktap_result refuses_unsealed(void)
{
	return refuses_of(0, 0, getpagesize());
}

static enum ktap_result refuses_write_seal(void)
{
	return refuses_of(F_SEAL_SHRINK | F_SEAL_WRITE, 0, getpagesize());
}

static enum ktap_result refuses_other_file(void)
{
	int other = open(device, O_RDWR | O_CLOEXEC);
	enum ktap_result ret = refuses(other, 0, getpagesize(), EBADFD);

	if (other >= 0)
		close(other);
	return ret;
}

static enum ktap_result compare(int memfd, int fd)
{
	size_t size = PAGES * getpagesize();
	void *one = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memfd,
			 0);
	void *two = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	enum ktap_result ret = KTAP_PASS;

	if (one == MAP_FAILED || two == MAP_FAILED)
		return ktap_fail("mmap: %s", strerror(errno));

	pattern_fill(one, size, SEED);
	if (dmabuf_sync(fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ))
		ret = ktap_fail("sync: %s", strerror(errno));
	else if (!pattern_holds(two, size, SEED))
		ret = ktap_fail("the dma-buf does not show the memfd's bytes");
	dmabuf_sync(fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
	munmap(one, size);
	munmap(two, size);
	return ret;
}

static enum ktap_result shows_bytes(void)
{
	enum ktap_result ret;
	int memfd, fd;

	if (access(device, F_OK))
		return ktap_skip("no %s", device);
	memfd = sealed_memfd(F_SEAL_SHRINK);
	if (memfd < 0)
		return ktap_fail("memfd: %s", strerror(-memfd));
	fd = create(memfd, 0, PAGES * getpagesize());
	if (fd < 0) {
		ret = ktap_fail("create: %s", strerror(-fd));
	} else {
		ret = compare(memfd, fd);
		close(fd);
	}
	close(memfd);
	return ret;
}

static const struct ktap_case cases[] = {
	{ "refuses_unaligned_offset", refuses_offset },
	{ "refuses_unaligned_size", refuses_size },
	{ "refuses_memfd_that_can_shrink", refuses_unsealed },
	{ "refuses_memfd_sealed_for_writing", refuses_write_seal },
	{ "refuses_other_file", refuses_other_file },
	{ "shows_bytes_of_memfd", shows_bytes },
};

const struct ktap_suite udmabuf_suite = {
	"udmabuf", cases, sizeof(cases) / sizeof(*cases),
};
