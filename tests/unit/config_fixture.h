/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_TESTS_CONFIG_FIXTURE_H
#define DMALAB_TESTS_CONFIG_FIXTURE_H

#include "unit.h"

#include <errno.h>

#include "base/buf.h"
#include "base/fs.h"
#include "model/config.h"
#include "model/test.h"
#include "yaml/config.h"

#define FIXTURE "tests/fixtures/config/"

/* A folder with all that lab.yaml names, and texts that are right, which a test breaks. */
static char *dir;
static char *good;   /* text of a lab.yaml */
static char *suites; /* text of a suites.yaml */

static inline char *fixture(const char *path)
{
	struct buf b = { 0 };
	struct err err;

	if (fs_read(path, 1 << 20, &b, &err) < 0)
		fail_msg("%s (tests run in the repository's top folder)", err.msg);
	return buf_take(&b);
}

static inline int set_up(void **state)
{
	(void)state;
	dir = folder_make();
	sh(dir, "mkdir -p kernel-tests/configs kernel-tests/dts patches/one jobs/devices;"
		"touch kernel-tests/configs/base.config kernel-tests/configs/tests.config "
		"kernel-tests/dts/virt.dtso jobs/qemu.yaml jobs/devices/virt.yaml");
	good = fixture(FIXTURE "lab.yaml");
	suites = fixture(FIXTURE "suites.yaml");
	unsetenv("DMALAB_CONFIG");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	folder_done(dir);
	free(good);
	free(suites);
	return 0;
}

static inline char *write_file(const char *name, const char *text)
{
	struct buf path = { 0 };
	struct err err;

	buf_printf(&path, "%s/%s", dir, name);
	assert_int_equal(fs_write(path.data, text, strlen(text), &err), 0);
	return buf_take(&path);
}

/* `text` with the first `from` replaced by `to`. */
static inline char *change(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct buf b = { 0 };

	if (!at)
		fail_msg("the fixture has no '%s'", from);
	buf_add(&b, text, (size_t)(at - text));
	buf_str(&b, to);
	buf_str(&b, at + strlen(from));
	return buf_take(&b);
}

static inline int read_config(const char *text, struct config *c, struct err *err)
{
	char *path = write_file("lab.yaml", text);
	int r = config_read(path, c, err);

	free(path);
	return r;
}

static inline int read_suites(const char *text, struct suite_list *l, struct err *err)
{
	char *path = write_file("suites.yaml", text);
	int r = suites_read(path, l, err);

	free(path);
	return r;
}

/* The message without the folder, which begins it. */
static inline void assert_message(const struct err *err, const char *text)
{
	struct buf want = { 0 };

	buf_printf(&want, "%s/%s", dir, text);
	if (strstr(err->msg, want.data) != err->msg)
		fail_msg("expected \"%s\", got \"%s\"", want.data, err->msg);
	assert_null(strchr(err->msg, '\n'));
	buf_done(&want);
}

/* What is changed in the good file, and what must be said of it. */
struct fault {
	const char *from, *to, *message;
};

/* Each of them, in a text that is good without it, is refused in its words, and nothing is read. */
static inline void assert_refused(const char *text, const struct fault *faults, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *broken = change(text, faults[i].from, faults[i].to);
		struct config c = { 0 };
		struct err err = { 0 };
		int r = read_config(broken, &c, &err);

		if (r == 0)
			fail_msg("accepted: %s", faults[i].to);
		assert_int_equal(r, -EINVAL);
		assert_message(&err, faults[i].message);
		assert_null(c.file);
		free(broken);
	}
}

#endif
