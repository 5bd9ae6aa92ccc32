// SPDX-License-Identifier: GPL-2.0
/*
 * Devices, the pools they take coherent memory from, and how they see memory.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/err.h>
#include <linux/memblock.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/platform_device.h>

#include "dma-nopage-test.h"

/* A window with the boards' RAM and all the regions in it, seen elsewhere. */
#define WINDOW_SIZE	SZ_1G
#define WINDOW_OFFSET	SZ_1G

static const struct {
	int err;
	const char *name;
} refusals[] = {
	{ -ENXIO, "-ENXIO" },
	{ -EINVAL, "-EINVAL" },
	{ -EOPNOTSUPP, "-EOPNOTSUPP" },
	/* What vb2-dma-contig makes of any error when it maps for an importer. */
	{ -EIO, "-EIO" },
};

int nopage_case_init(struct kunit *test)
{
	nopage_watch_complaints(test);
	return 0;
}

void nopage_refused(struct kunit *test, enum nopage_kind kind, const char *what,
		    int err)
{
	int i;

	/* A skipped case must not hide what it found before. */
	if (READ_ONCE(test->status) == KUNIT_FAILURE)
		KUNIT_ASSERT_TRUE_MSG(test, false,
				      "refused after a failure: %s: %d", what,
				      err);

	for (i = 0; kind != NOPAGE_ORDINARY && i < ARRAY_SIZE(refusals); i++)
		if (refusals[i].err == err)
			kunit_skip(test, "refused: %s: %s", what,
				   refusals[i].name);

	KUNIT_ASSERT_TRUE_MSG(test, false, "%s: %d", what, err);
}

static void nopage_device_free(void *pdev)
{
	platform_device_unregister(pdev);
}

struct device *nopage_device(struct kunit *test, const char *name)
{
	struct platform_device_info info = {
		.name = name,
		.id = PLATFORM_DEVID_AUTO,
		.dma_mask = DMA_BIT_MASK(32),
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	nopage_defer(test, nopage_device_free, pdev);
	/* As drivers of devices that need their memory in one piece do. */
	dma_set_max_seg_size(&pdev->dev, SZ_16M);
	KUNIT_ASSERT_EQ(test, dma_get_max_seg_size(&pdev->dev), SZ_16M);
	return &pdev->dev;
}

static struct device *nopage_offset_device(struct kunit *test)
{
	struct device *dev = nopage_device(test, "importer-with-offset");
	phys_addr_t start = memblock_start_of_DRAM();

	KUNIT_ASSERT_EQ(test, dma_direct_set_offset(dev, start,
						    start + WINDOW_OFFSET,
						    WINDOW_SIZE), 0);
	return dev;
}

struct device *nopage_importer(struct kunit *test, enum nopage_view view)
{
	switch (view) {
	case NOPAGE_OFFSET:
		return nopage_offset_device(test);
	case NOPAGE_IOMMU:
		return nopage_iommu_device(test);
	default:
		return nopage_device(test, "importer");
	}
}

static const char *nopage_compatible(enum nopage_kind kind)
{
	return kind == NOPAGE_NOMAP ? "test,dma-nomap" : "test,dma-nopage";
}

int nopage_find_region(enum nopage_kind kind, struct resource *region)
{
	struct device_node *np;
	int ret;

	np = of_find_compatible_node(NULL, NULL, nopage_compatible(kind));
	if (!np)
		return -ENODEV;

	ret = of_address_to_resource(np, 0, region);
	of_node_put(np);
	return ret;
}

bool nopage_in_region(phys_addr_t phys, size_t size)
{
	struct resource range = DEFINE_RES_MEM(phys, size), region;
	enum nopage_kind kind;

	for (kind = NOPAGE_NOMAP; kind <= NOPAGE_OUTSIDE; kind++)
		if (!nopage_find_region(kind, &region) &&
		    phys >= region.start && range.end <= region.end &&
		    range.end >= phys)
			return true;
	return false;
}

static void nopage_pool_free(void *dev)
{
	dma_release_coherent_memory(dev);
}

phys_addr_t nopage_declare_pool(struct kunit *test, struct device *dev,
				enum nopage_kind kind, dma_addr_t offset)
{
	struct resource region;

	KUNIT_ASSERT_EQ_MSG(test, nopage_find_region(kind, &region), 0,
			    "no device tree node %s", nopage_compatible(kind));

	/* The board is not set up as the suites need it if these fail. */
	KUNIT_ASSERT_FALSE(test, memblock_is_map_memory(region.start));
	KUNIT_ASSERT_EQ(test, !!pfn_valid(PHYS_PFN(region.start)),
			kind == NOPAGE_NOMAP);

	KUNIT_ASSERT_EQ(test,
			dma_declare_coherent_memory(dev, region.start,
						    region.start + offset,
						    resource_size(&region)), 0);
	nopage_defer(test, nopage_pool_free, dev);
	return region.start;
}

struct device *nopage_exporter(struct kunit *test, enum nopage_kind kind)
{
	struct device *dev = nopage_device(test, "exporter");

	if (kind != NOPAGE_ORDINARY)
		nopage_declare_pool(test, dev, kind, 0);
	return dev;
}

phys_addr_t nopage_device_phys(struct kunit *test, struct device *dev,
			       dma_addr_t dma, size_t size)
{
	if (nopage_behind_iommu(dev))
		return nopage_iommu_phys(test, dev, dma, size);
	return dma_to_phys(dev, dma);
}
