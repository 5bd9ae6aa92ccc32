// SPDX-License-Identifier: GPL-2.0-or-later
/* libFuzzer's entry; with gcc, replay.c calls it with the corpus. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fs.h"
#include "model/config.h"
#include "model/test.h"
#include "yaml/config.h"
#include "yaml/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/dmalab-fuzz-XXXXXX";
static char path[64];

static void remove_dir(void)
{
	struct err ignored;

	(void)!fs_rmtree(dir, &ignored);
}

/* A folder with all that the corpus names, so that reading gets to its end. */
static int make_dir(void)
{
	static const char *const folders[] = { "kernel-tests",	   "kernel-tests/configs",
					       "kernel-tests/dts", "patches",
					       "patches/one",	   "jobs",
					       "jobs/devices" };
	static const char *const files[] = {
		"kernel-tests/configs/base.config", "kernel-tests/configs/tests.config",
		"kernel-tests/dts/virt.dtso",	    "jobs/qemu.yaml",
		"jobs/devices/virt.yaml",	    "lab.yaml"
	};
	int r = mkdtemp(dir) ? 0 : -1;

	atexit(remove_dir);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, folders[i]);
		r |= mkdir(path, 0755);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		r |= fd < 0 ? -1 : close(fd);
	}
	return r;
}

static void write_input(const uint8_t *data, size_t size)
{
	FILE *f = fopen(path, "we");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

/* A failing reader leaves one line of message; what it reads has all its parts. */
static void check_readers(void)
{
	struct config c = { 0 };
	struct suite_list l = { 0 };
	struct err err = { 0 };

	if (config_read(path, &c, &err) == 0) {
		if (!c.work_dir || !c.cache_dir || c.n_targets == 0 || c.limits.jobs < 1)
			abort();
	} else if (!err.code || !err.msg[0] || strchr(err.msg, '\n')) {
		abort();
	}
	config_done(&c);
	if (suites_read(path, &l, &err) == 0 && (l.n == 0 || l.v[0].n_cases == 0))
		abort();
	suite_list_done(&l);
}

/* What is set in a document is there when it is written and read again. */
static void check_edit(const uint8_t *data, size_t size)
{
	static const char text[] = "- \"$(x)\": ~";
	struct yaml *y = NULL, *again = NULL;
	struct buf out = { 0 };
	struct err err = { 0 };
	const struct yaml_node *n;

	if (yaml_parse("input", (const char *)data, size, &y, &err) == 0 &&
	    yaml_set(y, "dmalab", text, &err) == 0 && yaml_emit(y, &out, &err) == 0 &&
	    yaml_parse("again", out.data, out.len, &again, &err) == 0) {
		n = yaml_find(again, "dmalab");
		if (!n || strcmp(yaml_text(n, NULL), text) != 0)
			abort();
	}
	buf_done(&out);
	yaml_free(&again);
	yaml_free(&y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!path[0] && make_dir() < 0)
		abort();
	write_input(data, size);
	check_readers();
	check_edit(data, size);
	return 0;
}
