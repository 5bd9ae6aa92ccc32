// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/run.h"
#include "cli/cli.h"
#include "model/config.h"
#include "stage/tree/tree.h"
#include "store/store.h"

enum { TOOL_TIMEOUT_MS = 20 * 1000, OUT_LIMIT = 1 << 20, ROOM_GB = 4 };

/* Findings in the order in which they were made. */
struct findings {
	json_t *list;
	int bad;
};

static void found(struct findings *f, bool ok, const char *what, const char *word)
{
	CLEANUP(free_ptr) char *text = foreign_utf8(word);

	json_array_append_new(f->list,
			      json_pack("{s:s,s:b,s:s}", "check", what, "ok", ok, "says", text));
	f->bad += !ok;
}

/* The first line that a tool says of itself; NULL: it does not run. Caller frees. */
static char *first_line(const char *const *argv)
{
	struct run_spec spec = run_spec_of(argv, TOOL_TIMEOUT_MS);
	struct buf out = { 0 };
	struct run_result res;
	struct err ignored;

	if (run_capture(&spec, OUT_LIMIT, &out, &res, &ignored) < 0 || res.end != RUN_EXITED ||
	    res.status != 0) {
		buf_done(&out);
		return NULL;
	}
	if (out.len)
		out.data[strcspn(out.data, "\n")] = '\0';
	return buf_take(&out);
}

static void program(struct findings *f, const char *name, const char *package)
{
	const char *argv[] = { name, "--version", NULL };
	CLEANUP(free_ptr) char *path = fs_which(name);
	CLEANUP(free_ptr) char *says = path ? first_line(argv) : NULL;
	CLEANUP(free_ptr) char *advice = mem_printf("not in the PATH: apt-get install %s", package);

	found(f, path != NULL, name, !path ? advice : says && says[0] ? says : path);
}

static void programs(struct findings *f)
{
	static const char *const needed[][2] = {
		{ "git", "git" },
		{ "make", "make" },
		{ "gcc", "gcc" },
		{ "flex", "flex" },
		{ "bison", "bison" },
		{ "bc", "bc" },
		{ "perl", "perl" },
		{ "ccache", "ccache" },
		{ "dtc", "device-tree-compiler" },
		{ "fdtoverlay", "device-tree-compiler" },
		{ "mkimage", "u-boot-tools" },
		{ "gzip", "gzip" },
		{ "tar", "tar" },
		{ "xz", "xz-utils" },
		{ "bwrap", "bubblewrap" },
		{ "setpriv", "util-linux" },
		{ "prlimit", "util-linux" },
		{ "unshare", "util-linux" },
		{ "lava-run", "lava-dispatcher" },
		{ "qemu-system-arm", "qemu-system-arm" },
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		program(f, needed[i][0], needed[i][1]);
}

static void compilers(struct findings *f, const struct config *c)
{
	for (size_t i = 0; i < c->n_configs; i++) {
		const char *prefix = c->configs[i].cross_compile;
		bool told = false;
		CLEANUP(free_ptr) char *gcc = mem_printf("%sgcc", prefix);
		CLEANUP(free_ptr)
		char *package = mem_printf("gcc-%.*s", (int)strlen(prefix) - 1, prefix);

		for (size_t k = 0; k < i; k++)
			told |= strcmp(c->configs[k].cross_compile, prefix) == 0;
		if (!told)
			program(f, gcc, prefix[0] ? package : "gcc");
	}
}

static void trees(struct findings *f, const struct config *c)
{
	for (size_t i = 0; i < c->n_trees; i++) {
		const char *package = strchr(c->trees[i].source, ':');
		CLEANUP(free_ptr) char *what = mem_printf("tree %s", c->trees[i].name);
		CLEANUP(free_ptr)
		char *path = mem_printf("/usr/src/%s.tar.xz", package ? package + 1 : "");
		CLEANUP(free_ptr)
		char *advice = mem_printf("%s is missing: apt-get install %s", path,
					  package ? package + 1 : "");

		if (tree_is_fetched(&c->trees[i])) /* its server is asked by who needs it */
			found(f, true, what, c->trees[i].source);
		else /* Only the first is needed unless --tree asks for another. */
			found(f, i > 0 || fs_exists(path), what, fs_exists(path) ? path : advice);
	}
}

/* What of a source is on this machine: its token, its folder. Servers are not asked. */
static void sources(struct findings *f, const struct config *c)
{
	for (size_t i = 0; i < c->n_sources; i++) {
		const struct source_config *s = &c->sources[i];
		const char *file = s->token_file ? s->token_file : s->path;
		CLEANUP(free_ptr) char *what = mem_printf("source %s", s->name);
		CLEANUP(free_ptr) char *bad = NULL;

		if (file && access(file, R_OK) < 0)
			bad = mem_printf("cannot read '%s': %s", file, strerror(errno));
		found(f, !bad, what, bad ? bad : s->url ? s->url : s->path);
	}
}

/* Files that lab.yaml names; only what needs a missing one cannot be built or booted. */
static void named_files(struct findings *f, const struct config *c)
{
	for (size_t i = 0; i < c->n_configs; i++) {
		const struct kernel_config *k = &c->configs[i];
		CLEANUP(free_ptr) char *what = mem_printf("config %s", k->name);

		found(f, !k->missing, what, k->missing ? k->missing : "its files are there");
	}
	for (size_t i = 0; i < c->n_targets; i++) {
		const struct target_config *t = &c->targets[i];
		CLEANUP(free_ptr) char *what = mem_printf("target %s", t->name);

		found(f, !t->missing, what, t->missing ? t->missing : "its files are there");
	}
}

static void folder(struct findings *f, const char *what, const char *path)
{
	CLEANUP(free_ptr) char *probe = mem_printf("%s/.doctor", path);
	CLEANUP(free_ptr) char *full = NULL;
	struct err err = { 0 };
	struct statvfs st;
	bool ok = fs_mkdirs(path, &err) == 0 && fs_write(probe, "", 0, &err) == 0;

	(void)unlink(probe);
	if (ok && statvfs(path, &st) == 0 &&
	    st.f_bavail * st.f_frsize < (unsigned long)ROOM_GB << 30) {
		ok = false;
		full = mem_printf("%s: less than %d GB free", path, ROOM_GB);
	}
	found(f, ok, what, ok ? path : full ? full : err.msg);
}

/* A job's own folder is mounted over it, so that it must be there and nothing more. */
static void lava_folder(struct findings *f)
{
	static const char path[] = "/var/lib/lava/dispatcher/tmp";

	found(f, fs_exists(path), "LAVA's folder",
	      fs_exists(path) ? path
			      : "/var/lib/lava/dispatcher/tmp is missing: apt-get install "
				"--reinstall lava-dispatcher");
}

/* What the sandbox and the labs need of the kernel that we run on. */
static void privileges(struct findings *f, const struct config *c)
{
	CLEANUP(free_ptr) char *uid = mem_printf("--reuid=%d", c->build_uid);
	const char *const as_root[] = {
		"setpriv", uid, "--clear-groups", "bwrap", "--unshare-all", "--ro-bind",
		"/",	   "/", "true",		  NULL
	};
	const char *const as_user[] = { "bwrap", "--unshare-all", "--ro-bind", "/",
					"/",	 "true",	  NULL };
	const char *const mounts_root[] = { "unshare", "--mount", "--pid", "--net",
					    "--fork",  "true",	  NULL };
	const char *const mounts_user[] = { "unshare", "--map-root-user", "--mount", "--pid",
					    "--net",   "--fork",	  "true",    NULL };
	bool root = geteuid() == 0;
	CLEANUP(free_ptr) char *sandbox = first_line(root ? as_root : as_user);
	CLEANUP(free_ptr) char *mounts = first_line(root ? mounts_root : mounts_user);

	found(f, sandbox != NULL, "sandbox",
	      sandbox ? "user namespaces for builds"
		      : "no user namespaces: a chroot, or user.max_user_namespaces is 0");
	found(f, mounts != NULL, "namespaces",
	      mounts ? (root ? "as root" : "as a plain user, mapped to root")
		     : "no mount and PID namespaces: run as root, or outside of a chroot");
}

static void store(struct findings *f, const struct config *c)
{
	CLEANUP(store_freep) struct store *s = NULL;
	CLEANUP(buf_done) struct buf report = { 0 };
	struct err err = { 0 };
	int r = store_open(c->work_dir, &s, &err);

	if (r == 0)
		r = store_verify(s, &report, &err);
	if (r < 0)
		buf_str(&report, err.msg);
	buf_trim(&report);
	found(f, r == 1, "store", r == 1 ? "whole" : buf_text(&report));
}

static void print(const struct findings *f)
{
	json_t *e;
	size_t i;

	json_array_foreach(f->list, i, e)
	{
		CLEANUP(free_ptr)
		char *says = foreign_line(json_string_value(json_object_get(e, "says")));

		printf("%-4s %-28s %s\n", json_is_true(json_object_get(e, "ok")) ? "ok" : "FAIL",
		       json_string_value(json_object_get(e, "check")), says);
	}
}

int cmd_doctor(struct session *s, int argc, char **argv, struct err *err)
{
	struct findings f = { .list = json_array() };
	int r = 0;

	if (argc > 1) {
		json_decref(f.list);
		return usage_error("doctor", err, "unexpected '%s'", argv[1]);
	}
	programs(&f);
	compilers(&f, s->config);
	trees(&f, s->config);
	sources(&f, s->config);
	named_files(&f, s->config);
	folder(&f, "work_dir", s->config->work_dir);
	folder(&f, "cache_dir", s->config->cache_dir);
	lava_folder(&f);
	privileges(&f, s->config);
	store(&f, s->config);
	if (s->json)
		r = json_print(json_incref(f.list), err);
	else
		print(&f);
	json_decref(f.list);
	return r < 0 ? r : f.bad ? EXIT_USAGE : EXIT_PASS;
}
