// SPDX-License-Identifier: GPL-2.0
/*
 * An importer that reads a buffer through the pages of its table finds the
 * bytes there, or no page.
 */
#include <linux/highmem.h>

#include "dma-nopage-test.h"

#define SIZE	SZ_64K
#define SEED	0x63707521

static void nomap_page_is_readable_or_absent(struct kunit *test)
{
	struct device *dev = nopage_exporter(test, NOPAGE_NOMAP);
	struct nopage_buffer *buf;
	struct sg_table *sgt;
	void *vaddr;

	buf = nopage_alloc(test, dev, NOPAGE_NOMAP, SIZE);
	nopage_fill(buf->vaddr, SIZE, SEED);
	sgt = nopage_get_sgtable(test, buf);
	if (!sg_page(sgt->sgl))
		return;

	vaddr = kmap_local_page(sg_page(sgt->sgl));
	KUNIT_EXPECT_TRUE(test, nopage_holds(vaddr, PAGE_SIZE, SEED));
	kunmap_local(vaddr);
}

static struct kunit_case dma_nopage_cpu_cases[] = {
	KUNIT_CASE(nomap_page_is_readable_or_absent),
	{}
};

static struct kunit_suite dma_nopage_cpu_suite = {
	.name = "dma-nopage-cpu",
	.init = nopage_case_init,
	.test_cases = dma_nopage_cpu_cases,
};

kunit_test_suite(dma_nopage_cpu_suite);
