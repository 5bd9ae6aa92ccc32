/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_YAML_CONFIG_PARTS_H
#define DMALAB_YAML_CONFIG_PARTS_H

#include <stddef.h>

struct config;
struct err;
struct yaml;
struct yaml_node;

/* Reads one entry of a map of names into its element of an array. */
typedef int config_entry_fn(const struct yaml *y, const struct yaml_node *n, const char *where,
			    void *element, struct err *err);

/* Reads a map of names into a new array of elements of `size` bytes; each begins with its name. */
int config_entries(const struct yaml *y, const struct yaml_node *map, const char *what, void **v,
		   size_t *n, size_t size, config_entry_fn *read, struct err *err)
	__attribute__((warn_unused_result));

/* The parts of lab.yaml that are maps; each is one map of names, or of limits. */
int config_trees(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err) __attribute__((warn_unused_result));
/* map NULL: none. */
int config_watches(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err) __attribute__((warn_unused_result));
int config_kernels(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err) __attribute__((warn_unused_result));
int config_targets(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err) __attribute__((warn_unused_result));
int config_labs(const struct yaml *y, const struct yaml_node *map, struct config *c,
		struct err *err) __attribute__((warn_unused_result));
/* map NULL: none. */
int config_plans(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err) __attribute__((warn_unused_result));
/* map NULL: none. Paths are left as they are given. */
int config_sources(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err) __attribute__((warn_unused_result));
int config_rules(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err) __attribute__((warn_unused_result));
/* map NULL: neither. The path is left as it is given. */
int config_compile(const struct yaml *y, const struct yaml_node *map, struct config *c,
		   struct err *err) __attribute__((warn_unused_result));
/* These also set the defaults; map NULL: only those. */
int config_agent(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err) __attribute__((warn_unused_result));
int config_confidence(const struct yaml *y, const struct yaml_node *map, struct config *c,
		      struct err *err) __attribute__((warn_unused_result));
/* Behind config_sources(). Paths are left as they are given. */
int config_report(const struct yaml *y, const struct yaml_node *map, struct config *c,
		  struct err *err) __attribute__((warn_unused_result));
int config_serve(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err) __attribute__((warn_unused_result));
int config_limits(const struct yaml *y, const struct yaml_node *map, struct config *c,
		  struct err *err) __attribute__((warn_unused_result));

/*
 * Every name that is used is defined, every folder is there. A file of a kernel or a
 * target that is not there is noted with it (missing): others can do without it.
 */
int config_check(const struct yaml *y, struct config *c, struct err *err)
	__attribute__((warn_unused_result));

#endif
