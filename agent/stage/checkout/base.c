// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "stage/checkout/checkout.h"
#include "stage/checkout/conflict.h"
#include "stage/checkout/worktree.h"

/* How the overlay and the fix come to lie on a base. */

enum { FILE_LIMIT = 16 << 20 };

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Files below dir whose name matches, as full paths, sorted; folders are entered when `deep`. */
static int files_list(const char *dir, const char *pattern, bool deep, struct strv *ret,
		      struct err *err)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, NULL, by_name);
	int r = 0;

	if (n < 0)
		return err_errno(err, errno, "cannot read folder '%s'", dir);
	for (int i = 0; i < n; i++) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, names[i]->d_name);

		if (names[i]->d_name[0] == '.' &&
		    (!names[i]->d_name[1] || names[i]->d_name[1] == '.'))
			; /* . and .. */
		else if (names[i]->d_type == DT_DIR && deep && r == 0)
			r = files_list(path, pattern, deep, ret, err);
		else if (names[i]->d_type == DT_REG && fnmatch(pattern, names[i]->d_name, 0) == 0)
			strv_add(ret, path);
		free(names[i]);
	}
	free(names);
	return r;
}

/* A range of kernels: overlay and fixes have a variant for it and what comes behind it. */
struct version {
	int major, minor;
};

static bool newer(struct version a, struct version b)
{
	return a.major != b.major ? a.major > b.major : a.minor > b.minor;
}

/* 6.1 from the base's Makefile. */
static int kernel_version(const struct checkout_spec *spec, struct version *ret, struct err *err)
{
	const struct git g = worktree_repo(spec);
	CLEANUP(free_ptr) char *name = mem_printf("%s:Makefile", spec->base);
	const char *const args[] = { "cat-file", "blob", name, NULL };
	CLEANUP(buf_done) struct buf makefile = { 0 };
	const char *version, *patchlevel;
	int r = git_out(&g, args, &makefile, err);

	if (r < 0)
		return r;
	version = strstr(buf_text(&makefile), "VERSION =");
	patchlevel = strstr(buf_text(&makefile), "PATCHLEVEL =");
	if (!version || !patchlevel || sscanf(version, "VERSION = %d", &ret->major) != 1 ||
	    sscanf(patchlevel, "PATCHLEVEL = %d", &ret->minor) != 1)
		return err_set(err, EINVAL, "%s is no kernel: its Makefile has no VERSION",
			       spec->base);
	return 0;
}

/* The version in a name "PREFIX6.1SUFFIX"; false where it is no such name. */
static bool version_of(const char *name, const char *prefix, const char *suffix,
		       struct version *ret)
{
	CLEANUP(free_ptr) char *again = NULL;
	size_t n = strlen(prefix);

	if (strncmp(name, prefix, n) != 0 ||
	    sscanf(name + n, "%d.%d", &ret->major, &ret->minor) != 2)
		return false;
	again = mem_printf("%s%d.%d%s", prefix, ret->major, ret->minor, suffix);
	return strcmp(again, name) == 0;
}

/*
 * Of dir/PREFIX*SUFFIX the newest that is not newer than the kernel: what was made for one
 * kernel holds until there is one for a later. *ret NULL: none. The caller frees.
 */
static int variant_find(const char *dir, const char *prefix, const char *suffix,
			struct version kernel, char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *found = NULL;
	struct dirent **names = NULL;
	struct version best = { -1, 0 };
	int n = scandir(dir, &names, NULL, by_name);

	if (n < 0)
		return err_errno(err, errno, "cannot read folder '%s'", dir);
	for (int i = 0; i < n; i++) {
		struct version v;

		if (version_of(names[i]->d_name, prefix, suffix, &v) && !newer(v, kernel) &&
		    newer(v, best)) {
			mem_set(&found, mem_printf("%s/%s", dir, names[i]->d_name));
			best = v;
		}
		free(names[i]);
	}
	free(names);
	*ret = found;
	found = NULL;
	return 0;
}

/* What of ours goes on top of the base. */
struct layers {
	char *tests;	 /* folder whose files are added; NULL: no overlay */
	char *tests_own; /* the same for this range of kernels, laid over tests; NULL: none */
	char *hooks;	 /* diff to existing files */
	struct strv fix; /* mails, in order */
};

static void layers_done(struct layers *l)
{
	free(l->tests);
	free(l->tests_own);
	free(l->hooks);
	strv_done(&l->fix);
	*l = (struct layers){ 0 };
}

static int overlay_find(const struct checkout_spec *spec, struct version kernel, struct layers *l,
			struct err *err)
{
	const char *dir = spec->kernel_tests;
	int r = variant_find(dir, "hooks-", ".patch", kernel, &l->hooks, err);

	if (r == 0 && !l->hooks)
		return err_set(err, EINVAL,
			       "no tests for Linux %d.%d: '%s/hooks-%d.%d.patch' is missing",
			       kernel.major, kernel.minor, dir, kernel.major, kernel.minor);
	if (r == 0)
		r = variant_find(dir, "tree-", "", kernel, &l->tests_own, err);
	l->tests = mem_printf("%s/tree", dir);
	return r;
}

static int fix_find(const struct checkout_spec *spec, struct version kernel, const char *fix,
		    struct layers *l, struct err *err)
{
	CLEANUP(free_ptr) char *dir = mem_printf("%s/%s", spec->patches, fix);
	CLEANUP(free_ptr) char *own = NULL;
	const char *from;
	int r = variant_find(dir, "", "", kernel, &own, err);

	if (r < 0)
		return r;
	from = own ? own : dir;
	r = files_list(from, "[0-9]*.patch", false, &l->fix, err);
	if (r == 0 && l->fix.n == 0)
		r = err_set(err, EINVAL, "fix '%s': no *.patch in '%s'", fix, from);
	return r;
}

static int layers_find(const struct checkout_spec *spec, bool overlay, const char *fix,
		       struct layers *ret, struct err *err)
{
	CLEANUP(layers_done) struct layers l = { 0 };
	struct version kernel = { 0 };
	int r = kernel_version(spec, &kernel, err);

	if (r == 0 && overlay)
		r = overlay_find(spec, kernel, &l, err);
	if (r == 0 && fix)
		r = fix_find(spec, kernel, fix, &l, err);
	if (r < 0)
		return r;
	*ret = l;
	l = (struct layers){ 0 };
	return 0;
}

static int hash_files(struct hash *h, const struct strv *files, const char *below, struct err *err)
{
	for (size_t i = 0; i < files->n; i++) {
		CLEANUP(buf_done) struct buf b = { 0 };
		int r = fs_read(files->v[i], FILE_LIMIT, &b, err);

		if (r < 0)
			return r;
		hash_field(h, below ? files->v[i] + strlen(below) : "");
		hash_size(h, b.len);
		hash_bytes(h, b.data, b.len);
	}
	return 0;
}

static int hash_folder(struct hash *h, const char *dir, struct err *err)
{
	CLEANUP(strv_done) struct strv files = { 0 };
	int r = files_list(dir, "*", true, &files, err);

	return r < 0 ? r : hash_files(h, &files, dir, err);
}

/* The ref under which base and layers are kept once they were put together. */
static int layers_ref(const struct checkout_spec *spec, const struct layers *l, char **ret,
		      struct err *err)
{
	CLEANUP(strv_done) struct strv files = { 0 };
	char hex[HASH_HEX_LEN];
	struct hash h;
	int r = 0;

	hash_start(&h);
	hash_field(&h, spec->base);
	if (l->tests) {
		r = hash_folder(&h, l->tests, err);
		if (r == 0 && l->tests_own)
			r = hash_folder(&h, l->tests_own, err);
		strv_add(&files, l->hooks);
		if (r == 0)
			r = hash_files(&h, &files, NULL, err);
	}
	hash_field(&h, "fix");
	if (r == 0)
		r = hash_files(&h, &l->fix, NULL, err);
	if (r < 0)
		return r;
	hash_hex(&h, hex);
	*ret = mem_printf("refs/dmalab/base/%s", hex);
	return 0;
}

/* base + tests/ + what is this kernel's own + hooks as one commit. */
static int overlay_commit(const struct checkout_spec *spec, const struct layers *l, char **ret,
			  struct err *err)
{
	CLEANUP(free_ptr) char *index = mem_printf("%s/overlay.index", spec->repo);
	CLEANUP(free_ptr) char *lock = mem_printf("%s.lock", index);
	struct git g = worktree_repo(spec);
	const char *const read[] = { "read-tree", spec->base, NULL };
	const char *const add[] = { "add", "-f", "--ignore-removal", ".", NULL };
	const char *const hooks[] = { "apply", "--cached", l->hooks, NULL };
	const char *const write[] = { "write-tree", NULL };
	CLEANUP(buf_done) struct buf tree = { 0 };
	struct buf commit = { 0 };
	int r;

	(void)unlink(lock); /* a killed run's */
	g.index = index;
	r = git_must(&g, read, err);
	g.work_tree = l->tests;
	if (r == 0)
		r = git_must(&g, add, err);
	g.work_tree = l->tests_own;
	if (r == 0 && l->tests_own)
		r = git_must(&g, add, err);
	g.work_tree = l->tests;
	if (r == 0)
		r = git_must(&g, hooks, err);
	if (r == 0)
		r = git_out(&g, write, &tree, err);
	if (r == 0) {
		const char *const make[] = { "commit-tree", "-m",	"dmalab: tests",
					     "-p",	    spec->base, buf_text(&tree),
					     NULL };

		r = git_out(&g, make, &commit, err);
	}
	(void)unlink(index);
	if (r == -EIO)
		err->code = EINVAL; /* it is our overlay that does not fit */
	if (r < 0)
		return err_prefix(err, "overlay on %s", spec->base);
	*ret = buf_take(&commit);
	return 0;
}

/* The fix on top of a commit, by git am in the apply worktree. */
static int fix_commit(const struct checkout_spec *spec, const struct layers *l, const char *on,
		      const char *fix, char **ret, struct err *err)
{
	static const char *const head[] = {
		"am", "-q", "-3", "--patch-format=mbox", "--no-scissors", "--no-gpg-sign",
		"--", NULL
	};
	const struct git g = worktree_apply(spec);
	const char *const where[] = { "rev-parse", "HEAD", NULL };
	CLEANUP(strv_done) struct strv args = { 0 };
	struct buf commit = { 0 };
	int r = worktree_empty_at(spec, on, err);

	strv_all(&args, head);
	for (size_t i = 0; i < l->fix.n; i++)
		strv_add(&args, l->fix.v[i]);
	if (r == 0)
		r = git_must(&g, (const char *const *)args.v, err);
	if (r == 0)
		r = git_out(&g, where, &commit, err);
	if (r == -EIO) {
		err->code = EINVAL;
		return err_prefix(err, "fix '%s' does not apply to tree %s", fix, spec->tree_name);
	}
	if (r < 0)
		return r;
	*ret = buf_take(&commit);
	return 0;
}

static int layers_commit(const struct checkout_spec *spec, const struct layers *l, const char *fix,
			 char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *at = mem_strdup(spec->base);
	char *next = NULL;
	int r;

	if (l->tests) {
		r = overlay_commit(spec, l, &next, err);
		if (r < 0)
			return r;
		free(at);
		at = next;
	}
	if (fix) {
		r = fix_commit(spec, l, at, fix, &next, err);
		if (r < 0)
			return r;
		free(at);
		at = next;
	}
	*ret = at;
	at = NULL;
	return 0;
}

int checkout_base(const struct checkout_spec *spec, bool overlay, const char *fix,
		  struct checkout *ret, struct err *err)
{
	CLEANUP(layers_done) struct layers l = { 0 };
	CLEANUP(checkout_done) struct checkout c = { 0 };
	CLEANUP(buf_done) struct buf known = { 0 };
	CLEANUP(buf_done) struct buf tree = { 0 };
	CLEANUP(free_ptr) char *ref = NULL;
	const struct git g = worktree_repo(spec);
	struct err ignored;
	int r = layers_find(spec, overlay, fix, &l, err);

	if (r == 0)
		r = layers_ref(spec, &l, &ref, err);
	if (r < 0)
		return r;
	{
		const char *const args[] = { "rev-parse", "--verify", "-q", ref, NULL };

		if (git_out(&g, args, &known, &ignored) == 0) {
			c.commit = buf_take(&known);
		} else {
			r = layers_commit(spec, &l, fix, &c.commit, err);
			if (r == 0)
				r = worktree_ref_set(spec, ref, c.commit, err);
		}
	}
	if (r == 0) {
		CLEANUP(free_ptr) char *name = mem_printf("%s^{tree}", c.commit);
		const char *const args[] = { "rev-parse", name, NULL };

		r = git_out(&g, args, &tree, err);
	}
	if (r < 0)
		return r;
	c.id = buf_take(&tree);
	c.tree_name = mem_strdup(spec->tree_name);
	c.base = mem_strdup(spec->base);
	c.fix = fix ? mem_strdup(fix) : NULL;
	c.overlay = overlay;
	c.patchset_hash = mem_strdup("");
	c.message_id = mem_strdup("");
	c.name = mem_strdup("");
	*ret = c;
	c = (struct checkout){ 0 };
	return 0;
}
