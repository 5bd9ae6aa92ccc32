// SPDX-License-Identifier: GPL-2.0
/*
 * The device tree's own tests (CONFIG_OF_UNITTEST), which ran while the kernel
 * booted; what they said is in its log: "### dt-test ### pass FUNCTION():LINE" or
 * "### dt-test ### FAIL FUNCTION():LINE TEXT" for each thing they looked at, and
 * "### dt-test ### end of unittest - N passed, M failed".  A case here is a
 * function there, but for the last one, which is all of them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "selftests.h"

static struct part {
	const char *function;
	unsigned int passed;
	char failure[120]; /* the first one */
} parts[] = {
	{ .function = "of_unittest_dma_get_max_cpu_address" },
	{ .function = "of_unittest_dma_ranges_one" },
	{ .function = "of_unittest_bus_ranges" },
	{ .function = "of_unittest_bus_3cell_ranges" },
};

static bool began;
static char end[80];

static void read_message(const char *text)
{
	static const char head[] = "### dt-test ### ";
	char word[16], function[64];

	if (strncmp(text, head, strlen(head)))
		return;
	began = true;
	text += strlen(head);
	if (!strncmp(text, "end of unittest", 15))
		snprintf(end, sizeof(end), "%s", text);
	if (sscanf(text, "%15s %63[^(]", word, function) != 2)
		return;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct part *p = &parts[i];

		if (strcmp(p->function, function))
			continue;
		if (!strcmp(word, "pass"))
			p->passed++;
		else if (!strcmp(word, "FAIL") && !p->failure[0])
			snprintf(p->failure, sizeof(p->failure), "%s", text);
	}
}

static bool ran(void)
{
	static bool read;

	if (!read)
		kmsg_read(read_message);
	read = true;
	return began;
}

static enum ktap_result result_of(const char *function)
{
	if (!ran())
		return ktap_skip("not in this kernel");
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (strcmp(parts[i].function, function))
			continue;
		if (parts[i].failure[0])
			return ktap_fail("%s", parts[i].failure);
		if (parts[i].passed)
			return KTAP_PASS;
	}
	return ktap_fail("it did not run");
}

static enum ktap_result max_cpu_address(void)
{
	return result_of("of_unittest_dma_get_max_cpu_address");
}

static enum ktap_result dma_ranges(void)
{
	return result_of("of_unittest_dma_ranges_one");
}

static enum ktap_result bus_ranges(void)
{
	return result_of("of_unittest_bus_ranges");
}

static enum ktap_result bus_3cell_ranges(void)
{
	return result_of("of_unittest_bus_3cell_ranges");
}

static enum ktap_result all_pass(void)
{
	unsigned int passed, failed;

	if (!ran())
		return ktap_skip("not in this kernel");
	if (sscanf(end, "end of unittest - %u passed, %u failed", &passed,
		   &failed) != 2)
		return ktap_fail("they did not end");
	return passed && !failed ? KTAP_PASS : ktap_fail("%s", end);
}

static const struct ktap_case cases[] = {
	{ "dma_get_max_cpu_address", max_cpu_address },
	{ "dma_ranges", dma_ranges },
	{ "bus_ranges", bus_ranges },
	{ "bus_3cell_ranges", bus_3cell_ranges },
	{ "all_pass", all_pass },
};

const struct ktap_suite of_suite = {
	"of-unittest", cases, sizeof(cases) / sizeof(*cases),
};
