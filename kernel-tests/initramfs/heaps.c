// SPDX-License-Identifier: GPL-2.0
/* The dma-buf heaps: memory that user space asks for by name of its kind. */
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "selftests.h"

#define SIZE	(256 * 1024)
#define SEED	0x68656170

static const char system_heap[] = "/dev/dma_heap/system";
/* The name of the default area of the contiguous memory allocator. */
static const char cma_heap[] = "/dev/dma_heap/reserved";

/* The buffer's descriptor, or a negative errno. */
static int heap_alloc(const char *path, uint32_t fd_flags, uint64_t heap_flags)
{
	struct dma_heap_allocation_data data = {
		.len = SIZE,
		.fd_flags = fd_flags,
		.heap_flags = heap_flags,
	};
	int heap = open(path, O_RDWR | O_CLOEXEC), ret;

	if (heap < 0)
		return -errno;
	ret = ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &data) ? -errno : (int)data.fd;
	close(heap);
	return ret;
}

static enum ktap_result no_buffer(const char *path, int err)
{
	if (access(path, F_OK))
		return ktap_skip("no %s", path);
	return ktap_fail("%s: %s", path, strerror(-err));
}

static enum ktap_result check_zeroed(const uint32_t *word)
{
	for (size_t i = 0; i < SIZE / sizeof(*word); i++)
		if (word[i])
			return ktap_fail("%#x at %zu", word[i], i);
	return KTAP_PASS;
}

/* What somebody else wrote must not be seen, so there are two rounds. */
static enum ktap_result allocates_zeroed(const char *path)
{
	enum ktap_result ret = KTAP_PASS;

	for (int round = 0; round < 2 && ret == KTAP_PASS; round++) {
		int fd = heap_alloc(path, O_RDWR | O_CLOEXEC, 0);
		void *p;

		if (fd < 0)
			return no_buffer(path, fd);
		p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED) {
			ret = ktap_fail("mmap: %s", strerror(errno));
		} else {
			ret = check_zeroed(p);
			pattern_fill(p, SIZE, SEED);
			munmap(p, SIZE);
		}
		close(fd);
	}
	return ret;
}

static enum ktap_result write_and_read(int fd, void *one, void *two)
{
	if (dmabuf_sync(fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW))
		return ktap_fail("start: %s", strerror(errno));
	pattern_fill(one, SIZE, SEED);
	if (dmabuf_sync(fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW))
		return ktap_fail("end: %s", strerror(errno));
	if (!pattern_holds(two, SIZE, SEED))
		return ktap_fail("two mappings of one buffer differ");
	return KTAP_PASS;
}

static enum ktap_result maps_and_syncs(const char *path)
{
	int fd = heap_alloc(path, O_RDWR | O_CLOEXEC, 0);
	enum ktap_result ret;
	void *one, *two;

	if (fd < 0)
		return no_buffer(path, fd);
	one = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	two = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (one == MAP_FAILED || two == MAP_FAILED)
		ret = ktap_fail("mmap: %s", strerror(errno));
	else
		ret = write_and_read(fd, one, two);
	if (one != MAP_FAILED)
		munmap(one, SIZE);
	if (two != MAP_FAILED)
		munmap(two, SIZE);
	close(fd);
	return ret;
}

static enum ktap_result refuses_flags(const char *path)
{
	static const uint64_t flags[][2] = { { ~0U, 0 }, { 0, ~0ULL } };

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		int fd = heap_alloc(path, flags[i][0], flags[i][1]);

		if (fd >= 0) {
			close(fd);
			return ktap_fail("flags %zu are taken", i);
		}
		if (fd != -EINVAL)
			return no_buffer(path, fd);
	}
	return KTAP_PASS;
}

static enum ktap_result system_zeroed(void)
{
	return allocates_zeroed(system_heap);
}

static enum ktap_result system_maps(void)
{
	return maps_and_syncs(system_heap);
}

static enum ktap_result system_flags(void)
{
	return refuses_flags(system_heap);
}

static enum ktap_result cma_zeroed(void)
{
	return allocates_zeroed(cma_heap);
}

static enum ktap_result cma_maps(void)
{
	return maps_and_syncs(cma_heap);
}

static enum ktap_result cma_flags(void)
{
	return refuses_flags(cma_heap);
}

static const struct ktap_case cases[] = {
	{ "system_allocates_zeroed_memory", system_zeroed },
	{ "system_memory_is_mapped_and_synced", system_maps },
	{ "system_refuses_unknown_flags", system_flags },
	{ "cma_allocates_zeroed_memory", cma_zeroed },
	{ "cma_memory_is_mapped_and_synced", cma_maps },
	{ "cma_refuses_unknown_flags", cma_flags },
};

const struct ktap_suite heaps_suite = {
	"dmabuf-heaps", cases, sizeof(cases) / sizeof(*cases),
};
