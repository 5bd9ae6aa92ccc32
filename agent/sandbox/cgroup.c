// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"

enum { TEXT_MAX = 1 << 20, END_MS = 10 * 1000 };

/* Writes a value into dir/name as it is; 0 or a negative errno. */
static int put(const char *dir, const char *name, const char *value)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, name);
	CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, value, strlen(value)) < 0 ? -errno : 0;
}

static int put_number(const char *dir, const char *name, long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", value);
	return put(dir, name, text);
}

static bool has(const char *dir, const char *name)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, name);

	return fs_exists(path);
}

/* The number behind "key " in dir/name; 0 where there is none. */
static long long event(const char *dir, const char *name, const char *key)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, name);
	struct err err;
	char *rest = NULL;

	if (fs_read(path, TEXT_MAX, &text, &err) < 0 || !text.data)
		return 0;
	for (char *l = strtok_r(text.data, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest))
		if (!strncmp(l, key, strlen(key)) && l[strlen(key)] == ' ')
			return strtoll(l + strlen(key), NULL, 10);
	return 0;
}

static bool in_list(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ',') && (p[n] == ',' || !p[n]))
			return true;
	return false;
}

/* Our group of a controller ("" for version 2) as /proc/self/cgroup has it; the caller frees. */
static char *own_group(const char *controller)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err;
	char *rest = NULL;

	if (fs_read("/proc/self/cgroup", TEXT_MAX, &text, &err) < 0 || !text.data)
		return NULL;
	for (char *l = strtok_r(text.data, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
		char *list = strchr(l, ':'), *path = list ? strchr(list + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		if (*controller ? in_list(list + 1, controller) : !list[1])
			return mem_strdup(path);
	}
	return NULL;
}

/*
 * One line of mountinfo (proc(5)): the folder where `group` of the controller's
 * hierarchy is seen, or NULL when the line is about something else. Cuts the line up.
 */
static char *folder_from(char *line, const char *controller, const char *group)
{
	char *tail = strstr(line, " - "), *rest = NULL, *root = NULL, *at = NULL;
	char *type, *options;
	size_t n;

	if (!tail)
		return NULL;
	*tail = '\0';
	type = strtok_r(tail + 3, " ", &rest);
	(void)strtok_r(NULL, " ", &rest);
	options = strtok_r(NULL, " ", &rest);
	if (!type || !options || strcmp(type, *controller ? "cgroup" : "cgroup2"))
		return NULL;
	if (*controller && !in_list(options, controller))
		return NULL;
	(void)strtok_r(line, " ", &rest);
	for (int field = 1; field <= 4; field++) {
		char *word = strtok_r(NULL, " ", &rest);

		root = field == 3 ? word : root;
		at = word;
	}
	if (!root || !at)
		return NULL;
	n = strcmp(root, "/") ? strlen(root) : 0;
	if (strncmp(group, root, n) || (group[n] && group[n] != '/'))
		return NULL;
	return mem_printf("%s%s", at, strcmp(group + n, "/") ? group + n : "");
}

/* The folder of our own group; NULL where that controller is not mounted. The caller frees. */
static char *own_folder(const char *controller)
{
	CLEANUP(free_ptr) char *group = own_group(controller);
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err;
	char *rest = NULL;

	if (!group || fs_read("/proc/self/mountinfo", TEXT_MAX, &text, &err) < 0 || !text.data)
		return NULL;
	for (char *l = strtok_r(text.data, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
		char *dir = folder_from(l, controller, group);

		if (dir)
			return dir;
	}
	return NULL;
}

/* Groups whose makers were killed; they are empty, for a sandbox dies with its maker. */
static void sweep(const char *parent)
{
	DIR *d = opendir(parent);
	struct dirent *e;
	int pid;

	if (!d)
		return;
	while ((e = readdir(d)))
		if (sscanf(e->d_name, "dmalab-%d-", &pid) == 1 && kill(pid, 0) < 0 &&
		    errno == ESRCH)
			(void)unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	closedir(d);
}

/* A new folder below parent; NULL where that is refused. */
static char *make_child(const char *parent)
{
	static int serial;
	char *dir = mem_printf("%s/dmalab-%d-%d", parent, (int)getpid(), ++serial);

	sweep(parent);
	if (mkdir(dir, 0755) == 0)
		return dir;
	free(dir);
	return NULL;
}

/*
 * Version 2 gives controllers to the children of a group without processes
 * only, so where ours has some (a login session) the new one is its sibling.
 */
static char *make_child_v2(const char *own)
{
	CLEANUP(free_ptr) char *parent = mem_strdup(own);

	for (int up = 0; up < 2; up++) {
		char *dir, *slash;

		(void)put(parent, "cgroup.subtree_control", "+memory +pids");
		dir = make_child(parent);
		if (dir && has(dir, "memory.max") && has(dir, "pids.max"))
			return dir;
		if (dir)
			(void)rmdir(dir);
		free(dir);
		slash = strrchr(parent, '/');
		if (!slash || !has(parent, "cgroup.type")) /* the root has none */
			return NULL;
		*slash = '\0';
	}
	return NULL;
}

static int limit(const struct cgroup *g, int memory_mb, int processes)
{
	long long bytes = (long long)memory_mb << 20;
	int r = 0;

	if (g->v2) {
		(void)put(g->dirs[0], "memory.swap.max", "0");
		r = put_number(g->dirs[0], "memory.max", bytes);
		return r < 0 ? r : put_number(g->dirs[0], "pids.max", processes);
	}
	if (g->dirs[0]) {
		r = put_number(g->dirs[0], "memory.limit_in_bytes", bytes);
		(void)put_number(g->dirs[0], "memory.memsw.limit_in_bytes", bytes);
	}
	if (r == 0 && g->dirs[1])
		r = put_number(g->dirs[1], "pids.max", processes);
	return r;
}

void cgroup_make(struct cgroup *g, int memory_mb, int processes)
{
	static const char *const v1[] = { "memory", "pids" };
	char *own = own_folder("");

	*g = (struct cgroup){ 0 };
	g->dirs[0] = own ? make_child_v2(own) : NULL;
	if (g->dirs[0]) {
		g->v2 = true;
		g->home[0] = own;
	} else {
		free(own);
		for (int i = 0; i < 2; i++) {
			g->home[i] = own_folder(v1[i]);
			g->dirs[i] = g->home[i] ? make_child(g->home[i]) : NULL;
		}
	}
	if (limit(g, memory_mb, processes) < 0)
		(void)cgroup_end(g);
}

void cgroup_enter(struct cgroup *g)
{
	for (int i = 0; i < 2; i++)
		if (g->dirs[i] && put_number(g->dirs[i], "cgroup.procs", getpid()) < 0) {
			(void)rmdir(g->dirs[i]);
			free(g->dirs[i]);
			g->dirs[i] = NULL;
		}
}

int cgroup_leave(struct cgroup *g)
{
	int r = 0;

	for (int i = 0; i < 2; i++) {
		int one = g->dirs[i] ? put_number(g->home[i], "cgroup.procs", getpid()) : 0;

		if (one < 0) {
			free(g->dirs[i]); /* whose end would be ours */
			g->dirs[i] = NULL;
			r = one;
		}
	}
	return r;
}

static void kill_all(const char *dir)
{
	CLEANUP(buf_done) struct buf text = { 0 };
	CLEANUP(free_ptr) char *path = mem_printf("%s/cgroup.procs", dir);
	struct err err;
	char *rest = NULL;

	if (put(dir, "cgroup.kill", "1") == 0)
		return;
	if (fs_read(path, TEXT_MAX, &text, &err) < 0 || !text.data)
		return;
	for (char *l = strtok_r(text.data, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
		int pid = atoi(l);

		if (pid > 1 && pid != getpid())
			(void)kill(pid, SIGKILL);
	}
}

struct cgroup_events cgroup_end(struct cgroup *g)
{
	const char *pids = g->v2 ? g->dirs[0] : g->dirs[1];
	struct cgroup_events ev = { 0 };
	int64_t until = clock_ms() + END_MS;

	if (g->dirs[0])
		ev.out_of_memory = event(g->dirs[0], g->v2 ? "memory.events" : "memory.oom_control",
					 "oom_kill") > 0;
	if (pids)
		ev.out_of_processes = event(pids, "pids.events", "max") > 0;
	for (int i = 0; i < 2; i++) {
		while (g->dirs[i] && rmdir(g->dirs[i]) < 0 && errno == EBUSY &&
		       clock_ms() < until) {
			kill_all(g->dirs[i]);
			(void)nanosleep(&(struct timespec){ .tv_nsec = 1000 * 1000 }, NULL);
		}
		free(g->dirs[i]);
		free(g->home[i]);
	}
	*g = (struct cgroup){ 0 };
	return ev;
}
