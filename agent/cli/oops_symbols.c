// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/oops_symbols.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/run.h"
#include "console/oops_frame.h"
#include "model/oops.h"

enum { NM_LIMIT = 256 << 20, TOOL_MS = 300 * 1000 };

struct place {
	const char *name; /* as reports have it: without .isra.0 and the like */
	uint64_t at, size;
};

struct symbols {
	char *vmlinux;
	char *names; /* what places' names point into */
	struct place *v;
	size_t n, cap;
};

void symbols_free(struct symbols *s)
{
	if (!s)
		return;
	free(s->vmlinux);
	free(s->names);
	free(s->v);
	free(s);
}

static int by_name(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : (x->at > y->at) - (x->at < y->at);
}

/* Runs nm and keeps "ADDRESS SIZE T NAME" lines. */
static int read_names(struct symbols *s, struct err *err)
{
	const char *const argv[] = { "nm", "-S", "--defined-only", s->vmlinux, NULL };
	struct run_spec spec = run_spec_of(argv, TOOL_MS);
	struct run_result res;
	struct buf out = { 0 };
	char *save = NULL;
	int r = run_capture(&spec, NM_LIMIT, &out, &res, err);

	if (r < 0) {
		buf_done(&out);
		return err_prefix(err, "nm");
	}
	s->names = buf_take(&out);
	for (char *l = s->names ? strtok_r(s->names, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save)) {
		char type, *name = strrchr(l, ' '), clean[OOPS_NAME];
		struct place p = { 0 };

		if (!name || sscanf(l, "%" SCNx64 " %" SCNx64 " %c", &p.at, &p.size, &type) != 3 ||
		    !strchr("tTwW", type))
			continue;
		frame_symbol(name + 1, strlen(name + 1), clean);
		snprintf(name + 1, strlen(name + 1) + 1, "%s", clean);
		p.name = name + 1;
		s->v = mem_grow(s->v, s->n, &s->cap, sizeof(*s->v));
		s->v[s->n++] = p;
	}
	if (s->n == 0)
		return err_set(err, EINVAL, "%s has no functions: no vmlinux", s->vmlinux);
	qsort(s->v, s->n, sizeof(*s->v), by_name);
	return 0;
}

/* The vmlinux of what the user named. */
static char *vmlinux_of(const char *path)
{
	const char *base = strrchr(path, '/');
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return mem_printf("%s/vmlinux", path);
	base = base ? base + 1 : path;
	if (strncmp(base, "System.map", 10) == 0)
		return mem_printf("%.*svmlinux%s", (int)(base - path), path, base + 10);
	return mem_strdup(path);
}

int symbols_open(const char *path, struct symbols **ret, struct err *err)
{
	CLEANUP(symbols_freep) struct symbols *s = mem_zalloc(sizeof(*s));
	int r;

	s->vmlinux = vmlinux_of(path);
	if (!fs_exists(s->vmlinux))
		return err_set(err, ENOENT, "no %s", s->vmlinux);
	r = read_names(s, err);
	if (r < 0)
		return r;
	*ret = s;
	s = NULL;
	return 0;
}

/* The address of a frame; 0 where its function is not in this build. */
static uint64_t address_of(const struct symbols *s, const char *name, const struct oops_offset *o)
{
	const struct place key = { .name = name };
	size_t low = 0, high = s->n;
	const struct place *found = NULL;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (by_name(&s->v[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < s->n && strcmp(s->v[low].name, name) == 0; low++)
		if (!found || s->v[low].size == o->size)
			found = &s->v[low];
	if (!found || o->at > found->size)
		return 0;
	/* a return address may be the next statement's already */
	return found->at + o->at - (o->exact || o->at == 0 ? 0 : 1);
}

/* Without the folder in which the build lay: "/src/mm/slub.c" is mm/slub.c. */
static const char *inside(const char *path)
{
	static const char *const tops[] = { "/arch/", "/block/",    "/crypto/", "/drivers/",
					    "/fs/",   "/include/",  "/init/",	"/io_uring/",
					    "/ipc/",  "/kernel/",   "/lib/",	"/mm/",
					    "/net/",  "/security/", "/sound/",	"/virt/" };
	const char *best = NULL;

	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		const char *at = strstr(path, tops[i]);

		if (at && (!best || at < best))
			best = at;
	}
	return best ? best + 1 : path;
}

/* One address a line, in a file without a name. */
static int write_addresses(const struct symbols *s, const struct oops *v, size_t n, struct err *err)
{
	struct buf text = { 0 };
	int fd = memfd_create("addresses", MFD_CLOEXEC);
	int r = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; v[i].offsets && k < v[i].n_frames; k++)
			buf_printf(&text, "%" PRIx64 "\n",
				   address_of(s, v[i].frames[k], &v[i].offsets[k]));
	if (fd < 0 || write(fd, buf_text(&text), text.len) != (ssize_t)text.len ||
	    lseek(fd, 0, SEEK_SET) < 0)
		r = err_errno(err, errno ? errno : EIO, "cannot hand addresses to addr2line");
	buf_done(&text);
	if (r < 0 && fd >= 0)
		(void)close(fd);
	return r < 0 ? r : fd;
}

static void take_places(char *text, struct oops *v, size_t n)
{
	char *save = NULL, *line = text ? strtok_r(text, "\n", &save) : NULL;

	for (size_t i = 0; i < n; i++) {
		if (v[i].offsets && v[i].n_frames > 0)
			v[i].places = mem_zalloc(v[i].n_frames * sizeof(*v[i].places));
		for (size_t k = 0; v[i].places && k < v[i].n_frames; k++) {
			char *space = line ? strchr(line, ' ') : NULL;

			if (space) /* " (discriminator 2)" */
				*space = '\0';
			if (line && line[0] != '?')
				v[i].places[k] = mem_strdup(inside(line));
			line = line ? strtok_r(NULL, "\n", &save) : NULL;
		}
	}
}

int symbols_decode(const struct symbols *s, struct oops *v, size_t n, struct err *err)
{
	const char *const argv[] = { "addr2line", "-e", s->vmlinux, NULL };
	CLEANUP(close_fd) int fd = write_addresses(s, v, n, err);
	struct run_spec spec = run_spec_of(argv, TOOL_MS);
	CLEANUP(buf_done) struct buf out = { 0 };
	struct run_result res;
	int r;

	if (fd < 0)
		return fd;
	spec.stdin_fd = fd;
	r = run_capture(&spec, NM_LIMIT, &out, &res, err);
	if (r < 0)
		return err_prefix(err, "addr2line");
	take_places(out.data, v, n);
	return 0;
}
