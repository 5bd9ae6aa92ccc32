// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/device.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/run.h"
#include "model/config.h"
#include "stage/lab/lab.h"
#include "stage/lab/missing.h"
#include "yaml/yaml.h"

#define QEMU_AT "actions/boot/methods/qemu/parameters"

enum {
	SIZE_LIMIT = 1 << 18,
	DUMP_MS = 30000,
	WORDS_LIMIT = 4096,
};

static void add_words(const char *option, struct strv *ret)
{
	CLEANUP(free_ptr) char *copy = mem_strdup(option);
	char *rest = NULL;

	for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
		strv_add(ret, w);
}

int device_command(const char *path, struct strv *ret, struct err *err)
{
	CLEANUP(yaml_free) struct yaml *y = NULL;
	const struct yaml_node *command, *options;
	int r = yaml_read(path, SIZE_LIMIT, &y, err);

	if (r < 0)
		return r;
	if (yaml_find(y, "commands"))
		return err_set(err, ENOTSUP,
			       "%s: has 'commands'; the driver lava-run boots emulated machines",
			       path);
	command = yaml_find(y, QEMU_AT "/command");
	options = yaml_find(y, QEMU_AT "/options");
	if (!command || !yaml_text(command, NULL) || yaml_kind(options) != YAML_LIST)
		return err_set(err, EINVAL, "%s: no command and list of options at '%s'", path,
			       QEMU_AT);
	strv_add(ret, yaml_text(command, NULL));
	for (size_t i = 0; i < yaml_count(options); i++) {
		const char *option = yaml_text(yaml_at(options, i), NULL);

		if (!option)
			return err_set(err, EINVAL, "%s: option %zu of QEMU is no text", path,
				       i + 1);
		add_words(option, ret);
	}
	return 0;
}

/* A file name as the value of an option of QEMU's: commas doubled. */
static void add_dumpdtb(struct strv *argv, const char *out)
{
	CLEANUP(buf_done) struct buf b = { 0 };

	buf_str(&b, "dumpdtb=");
	for (; *out; out++)
		buf_add(&b, *out == ',' ? ",," : out, *out == ',' ? 2 : 1);
	strv_add(argv, "-machine");
	strv_take(argv, buf_take(&b));
}

/* Runs QEMU; its words become the error where it does not end with 0. */
static int run_qemu(const struct strv *argv, struct err *err)
{
	CLEANUP(close_fd) int words_fd = memfd_create("words", MFD_CLOEXEC);
	CLEANUP(buf_done) struct buf words = { 0 };
	struct run_spec spec = run_spec_of((const char *const *)argv->v, DUMP_MS);
	struct run_result res;
	char end[32];
	int r;

	if (words_fd < 0)
		return err_errno(err, errno, "cannot make room for output");
	spec.out_fd = words_fd;
	r = run_tool(&spec, &res, err);
	if (r < 0)
		return r;
	if (res.end == RUN_EXITED && res.status == 0)
		return 0;
	if (lseek(words_fd, 0, SEEK_SET) < 0 ||
	    fs_read_fd(words_fd, "output", WORDS_LIMIT, &words, err) < 0)
		buf_str(&words, "no words");
	buf_trim(&words);
	return err_set(err, EIO, "%s cannot say its device tree: %s: %s", argv->v[0],
		       run_end_text(&res, end), buf_text(&words));
}

int lab_dump_dtb(const struct config *c, const struct target_config *target, const char *out,
		 struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/devices/%s", c->jobs, target->device);
	CLEANUP(free_ptr) char *qemu = NULL;
	CLEANUP(free_ptr) char *missing = NULL;
	CLEANUP(strv_done) struct strv argv = { 0 };
	int r = device_command(path, &argv, err);

	if (r < 0)
		return r;
	qemu = fs_which(argv.v[0]);
	if (!qemu) {
		missing = missing_program(argv.v[0]);
		return err_set(err, ENOENT, "%s", missing);
	}
	add_dumpdtb(&argv, out);
	r = run_qemu(&argv, err);
	if (r == 0 && !fs_exists(out))
		return err_set(err, EIO, "%s wrote no device tree", argv.v[0]);
	return r;
}
