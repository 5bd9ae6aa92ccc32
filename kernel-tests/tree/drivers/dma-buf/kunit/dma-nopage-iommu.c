// SPDX-License-Identifier: GPL-2.0
/*
 * An IOMMU that is a table in memory, for devices of the suites only.  The
 * architecture's own DMA operations run on it.
 */
#include <linux/dma-map-ops.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "dma-nopage-test.h"

#ifdef CONFIG_ARM_DMA_USE_IOMMU
#include <asm/dma-iommu.h>

#define DEVICE_NAME	"importer-behind-iommu"
/* No RAM and no region of the boards there. */
#define IOVA_BASE	0x10000000
#define IOVA_SIZE	SZ_16M
/* An entry: the page frame number, and the protection below it. */
#define PROT_BITS	8

struct nopage_domain {
	struct iommu_domain domain;
	struct xarray pages;
};

static struct iommu_device nopage_iommu;

static struct nopage_domain *to_nopage_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct nopage_domain, domain);
}

/* There are no domains but those of arm_iommu_create_mapping(). */
static struct iommu_domain *nopage_domain_alloc(unsigned int type)
{
	struct nopage_domain *domain;

	if (type != IOMMU_DOMAIN_UNMANAGED)
		return NULL;

	domain = kzalloc(sizeof(*domain), GFP_KERNEL);
	if (!domain)
		return NULL;

	xa_init(&domain->pages);
	return &domain->domain;
}

static void nopage_domain_free(struct iommu_domain *domain)
{
	xa_destroy(&to_nopage_domain(domain)->pages);
	kfree(to_nopage_domain(domain));
}

static int nopage_attach_dev(struct iommu_domain *domain, struct device *dev)
{
	return 0;
}

static void nopage_detach_dev(struct iommu_domain *domain, struct device *dev)
{
}

static int nopage_iommu_map(struct iommu_domain *domain, unsigned long iova,
			    phys_addr_t phys, size_t size, int prot, gfp_t gfp)
{
	void *entry = xa_mk_value(PHYS_PFN(phys) << PROT_BITS | prot);

	return xa_insert(&to_nopage_domain(domain)->pages, iova >> PAGE_SHIFT,
			 entry, gfp);
}

static size_t nopage_iommu_unmap(struct iommu_domain *domain,
				 unsigned long iova, size_t size,
				 struct iommu_iotlb_gather *gather)
{
	struct xarray *pages = &to_nopage_domain(domain)->pages;

	return xa_erase(pages, iova >> PAGE_SHIFT) ? size : 0;
}

static phys_addr_t nopage_iova_to_phys(struct iommu_domain *domain,
				       dma_addr_t iova)
{
	void *entry = xa_load(&to_nopage_domain(domain)->pages,
			      iova >> PAGE_SHIFT);

	return entry ? PFN_PHYS(xa_to_value(entry) >> PROT_BITS) +
		       offset_in_page(iova) : 0;
}

static struct iommu_device *nopage_probe_device(struct device *dev)
{
	if (!strstarts(dev_name(dev), DEVICE_NAME))
		return ERR_PTR(-ENODEV);
	return &nopage_iommu;
}

static int nopage_def_domain_type(struct device *dev)
{
	return IOMMU_DOMAIN_DMA;
}

static const struct iommu_ops nopage_iommu_ops = {
	.domain_alloc = nopage_domain_alloc,
	.probe_device = nopage_probe_device,
	.device_group = generic_device_group,
	.def_domain_type = nopage_def_domain_type,
	.pgsize_bitmap = SZ_4K,
	.default_domain_ops = &(const struct iommu_domain_ops) {
		.attach_dev = nopage_attach_dev,
		.detach_dev = nopage_detach_dev,
		.map = nopage_iommu_map,
		.unmap = nopage_iommu_unmap,
		.iova_to_phys = nopage_iova_to_phys,
		.free = nopage_domain_free,
	},
};

/* It stays, as the bus keeps pointing to its operations. */
static int nopage_iommu_register(void)
{
	int ret;

	if (nopage_iommu.ops)
		return 0;

	ret = iommu_device_sysfs_add(&nopage_iommu, NULL, NULL, "dma-nopage");
	if (ret)
		return ret;
	return iommu_device_register(&nopage_iommu, &nopage_iommu_ops, NULL);
}

static void nopage_iommu_leave(void *data)
{
	struct device *dev = data;
	struct dma_iommu_mapping *mapping = to_dma_iommu_mapping(dev);

	arm_iommu_detach_device(dev);
	arm_iommu_release_mapping(mapping);
}

struct device *nopage_iommu_device(struct kunit *test)
{
	struct dma_iommu_mapping *mapping;
	struct device *dev;
	int ret;

	ret = nopage_iommu_register();
	if (ret == -EBUSY)
		kunit_skip(test, "the board has an IOMMU of its own");
	KUNIT_ASSERT_EQ(test, ret, 0);

	dev = nopage_device(test, DEVICE_NAME);
	mapping = arm_iommu_create_mapping(&platform_bus_type, IOVA_BASE,
					   IOVA_SIZE);
	KUNIT_ASSERT_FALSE(test, IS_ERR(mapping));
	ret = arm_iommu_attach_device(dev, mapping);
	if (ret) {
		arm_iommu_release_mapping(mapping);
		KUNIT_ASSERT_TRUE_MSG(test, false,
				      "no attaching to the IOMMU: %d", ret);
	}
	nopage_defer(test, nopage_iommu_leave, dev);
	return dev;
}

bool nopage_behind_iommu(struct device *dev)
{
	return !!to_dma_iommu_mapping(dev);
}

unsigned int nopage_iommu_pages(struct device *dev)
{
	struct nopage_domain *domain;
	unsigned long index;
	unsigned int n = 0;
	void *entry;

	domain = to_nopage_domain(to_dma_iommu_mapping(dev)->domain);
	xa_for_each(&domain->pages, index, entry)
		n++;
	return n;
}

/* All of it must be mapped, in one piece, as memory and not as registers. */
phys_addr_t nopage_iommu_phys(struct kunit *test, struct device *dev,
			      dma_addr_t dma, size_t size)
{
	struct iommu_domain *domain = to_dma_iommu_mapping(dev)->domain;
	phys_addr_t phys = iommu_iova_to_phys(domain, dma);
	struct xarray *pages = &to_nopage_domain(domain)->pages;
	size_t at;

	for (at = 0; at < size; at += PAGE_SIZE) {
		void *entry = xa_load(pages, (dma + at) >> PAGE_SHIFT);

		if (!entry || iommu_iova_to_phys(domain, dma + at) != phys + at)
			return PHYS_ADDR_MAX;
		KUNIT_EXPECT_EQ(test, xa_to_value(entry) &
				(IOMMU_MMIO | IOMMU_CACHE), 0);
		KUNIT_EXPECT_NE(test, xa_to_value(entry) & IOMMU_READ, 0);
	}
	return phys;
}
#else
struct device *nopage_iommu_device(struct kunit *test)
{
	kunit_skip(test, "no IOMMU in this kernel");
	return NULL;
}

bool nopage_behind_iommu(struct device *dev)
{
	return false;
}

unsigned int nopage_iommu_pages(struct device *dev)
{
	return 0;
}

phys_addr_t nopage_iommu_phys(struct kunit *test, struct device *dev,
			      dma_addr_t dma, size_t size)
{
	return PHYS_ADDR_MAX;
}
#endif /* CONFIG_ARM_DMA_USE_IOMMU */
