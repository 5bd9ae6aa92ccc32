// SPDX-License-Identifier: GPL-2.0
/*
 * The selftests that dma-buf has of its own (CONFIG_DMABUF_SELFTESTS).  They ran
 * while the kernel booted; what they said is in its log: "dma-buf: Running SET"
 * ahead of each set, and "dma-buf/SET: TEST failed with error N".  A failure is
 * the end of them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "selftests.h"

static struct set {
	const char *name;
	bool ran;
	char failure[120];
} sets[] = {
	{ .name = "dma_fence" },
	{ .name = "dma_fence_chain" },
	{ .name = "dma_fence_unwrap" },
	{ .name = "dma_resv" },
};

static struct set *find_set(const char *name)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		if (!strcmp(sets[i].name, name))
			return &sets[i];
	return NULL;
}

static void read_message(const char *text)
{
	char name[40];
	struct set *set;

	if (sscanf(text, "dma-buf: Running %39[a-z_]", name) == 1) {
		set = find_set(name);
		if (set)
			set->ran = true;
	} else if (strstr(text, " failed with error ") &&
		   sscanf(text, "dma-buf/%39[^:]", name) == 1) {
		set = find_set(name);
		if (set)
			snprintf(set->failure, sizeof(set->failure), "%s", text);
	}
}

static enum ktap_result result_of(const char *name)
{
	struct set *set = find_set(name);
	static bool read;

	if (!read)
		kmsg_read(read_message);
	read = true;
	if (set->failure[0])
		return ktap_fail("%s", set->failure);
	if (set->ran)
		return KTAP_PASS;
	return sets[0].ran ? ktap_fail("it did not run") :
			     ktap_skip("not in this kernel");
}

static enum ktap_result fence(void)
{
	return result_of("dma_fence");
}

static enum ktap_result chain(void)
{
	return result_of("dma_fence_chain");
}

static enum ktap_result unwrap(void)
{
	return result_of("dma_fence_unwrap");
}

static enum ktap_result resv(void)
{
	return result_of("dma_resv");
}

static const struct ktap_case cases[] = {
	{ "dma_fence", fence },
	{ "dma_fence_chain", chain },
	{ "dma_fence_unwrap", unwrap },
	{ "dma_resv", resv },
};

const struct ktap_suite dma_buf_suite = {
	"dma-buf-selftests", cases, sizeof(cases) / sizeof(*cases),
};
