/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_MODEL_CONFIG_H
#define DMALAB_MODEL_CONFIG_H

#include <stddef.h>

/* lab.yaml as values. Strings are owned; paths are absolute. */

/* Where a kernel's source comes from. */
struct tree_config {
	char *name;
	char *source; /* "debian:linux-source-6.1": the tarball of that package */
};

/* How a kernel is configured and built. */
struct kernel_config {
	char *name;
	char *architecture;  /* make ARCH= */
	char *cross_compile; /* make CROSS_COMPILE= */
	char **fragments;    /* names below kernel-tests/configs/, in merge order */
	size_t n_fragments;
	char **overlay_fragments; /* likewise, for what kernel-tests/tree/ adds to the kernel */
	size_t n_overlay_fragments;
	char **goals; /* make goals: zImage and the boards' device trees */
	size_t n_goals;
};

/* Something that boots a kernel. */
struct target_config {
	char *name;
	char *config;  /* kernel_config.name */
	char *lab;     /* lab_config.name */
	char *device;  /* file in jobs/devices/ */
	char *job;     /* file in jobs/ */
	char *dtb;     /* a make goal, or "qemu": what the device's QEMU dumps */
	char *overlay; /* file in kernel-tests/dts/ laid over it; NULL for none */
	char *cmdline; /* kernel command line without kunit.filter_glob */
	int timeout_s; /* for a boot with all its tests; the test's share of a LAVA job */
};

struct lab_config {
	char *name;
	char *driver; /* "lava-run" */
	int slots;    /* boots at once */
};

struct limits_config {
	int jobs;	     /* make -j; 0 in lab.yaml: as many as there are processors */
	int build_s;	     /* one make */
	int build_memory_mb; /* of all its processes together */
	int build_processes;
	int build_disk_mb; /* what a candidate may write */
	int series_mb;	   /* of an mbox */
	int series_patches;
	int console_mb; /* of one boot; the rest is cut */
	int retries;	/* of a boot whose lab failed */
};

struct config {
	char *file;	 /* where it was read */
	char *work_dir;	 /* store, logs, artifacts, runs */
	char *cache_dir; /* trees, worktrees, object folders, ccache */
	char *kernel_tests;
	char *patches;
	char *jobs;
	char *fix;		   /* folder in patches/; NULL for none */
	int build_uid;		   /* whom an untrusted build runs as when we are root */
	struct tree_config *trees; /* the first is the default */
	size_t n_trees;
	struct kernel_config *configs;
	size_t n_configs;
	struct target_config *targets;
	size_t n_targets;
	struct lab_config *labs;
	size_t n_labs;
	struct limits_config limits;
};

void config_done(struct config *c);

/* By name; NULL when there is none. Borrowed from c. */
const struct tree_config *config_tree(const struct config *c, const char *name);
const struct kernel_config *config_kernel(const struct config *c, const char *name);
const struct target_config *config_target(const struct config *c, const char *name);
const struct lab_config *config_lab(const struct config *c, const char *name);

#endif
