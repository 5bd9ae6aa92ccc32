// SPDX-License-Identifier: GPL-2.0
/* Which suites there are, in the order they run. */
#include "init.h"
#include "selftests.h"

void selftests(int console)
{
	static const struct ktap_suite *const suites[] = {
		&heaps_suite,
		&udmabuf_suite,
		&dma_buf_suite,
		&scatterlist_suite,
		&of_suite,
		&vivid_suite,
	};

	ktap_run(console, suites, sizeof(suites) / sizeof(*suites));
}
