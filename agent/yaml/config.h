/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_YAML_CONFIG_H
#define DMALAB_YAML_CONFIG_H

struct config;
struct err;
struct suite_list;

/*
 * Reads lab.yaml. Every key is known or an error that names file, line and key;
 * so are a wrong type, a number out of range, a name that is used and not
 * defined, and a folder that is missing. A file that a kernel or a target names and that is
 * missing is an error of that one's only (its field `missing`). Relative paths are
 * relative to the file's folder. Defaults are those that lab.yaml's comments say.
 * *ret is the caller's: config_done().
 */
int config_read(const char *path, struct config *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * Finds lab.yaml: `given` (--config), $DMALAB_CONFIG, ./lab.yaml,
 * $XDG_CONFIG_HOME/dmalab/lab.yaml, /etc/dmalab/lab.yaml. The caller frees.
 */
int config_find(const char *given, char **ret, struct err *err) __attribute__((warn_unused_result));

/*
 * Reads kernel-tests/suites.yaml: the suites and cases that every boot must show, and what the
 * designs of the fix promise for them.
 */
int suites_read(const char *path, struct suite_list *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
