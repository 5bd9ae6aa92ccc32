// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/build/room.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/build/objdir.h"

/* Everything that could make two builds of one source differ is the same in all. */
static const char *const fixed_env[] = {
	"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
	"HOME=/tmp",
	"TMPDIR=/tmp",
	"LC_ALL=C",
	"TZ=UTC",
	"KBUILD_BUILD_TIMESTAMP=2026-01-01 00:00:00 UTC",
	"KBUILD_BUILD_USER=dmalab",
	"KBUILD_BUILD_HOST=dmalab",
	"KBUILD_BUILD_VERSION=1",
	"CCACHE_DIR=/ccache",
	"CCACHE_TEMPDIR=/tmp",
	"CCACHE_NOHASHDIR=1",
	NULL,
};

void room_bind(struct room *room, const char *from, const char *to, bool writable)
{
	if (room->n_binds < ROOM_BINDS)
		room->binds[room->n_binds++] = (struct sandbox_bind){ from, to, writable };
}

/* iceccd's, fixed by icecc; and where Debian's iceccd keeps the compilers that it packed. */
static const char nodes_socket[] = "/run/icecc/iceccd.socket";
static const char nodes_folder[] = "/run/icecc";
static const char nodes_compilers[] = "/var/cache/icecc";

static bool has_nodes(const struct build_spec *spec)
{
	return spec->trusted && spec->config->compile.icecc && fs_exists(nodes_socket);
}

/*
 * Not for a candidate, even to read: ccache 4.7 ends with an error where it finds something
 * in the shared storage and cannot put it into a local cache that is read-only. What its base
 * took from there lies in the local one.
 */
static bool has_shared(const struct build_spec *spec)
{
	return spec->trusted && spec->config->compile.ccache;
}

static void fill_env(const struct build_spec *spec, struct strv *env)
{
	const struct kernel_config *k = spec->kernel;

	strv_all(env, fixed_env);
	if (!spec->trusted) {
		strv_add(env, "CCACHE_READONLY=1");
		strv_add(env, "CCACHE_NOSTATS=1");
	}
	if (has_shared(spec))
		strv_add(env, "CCACHE_REMOTE_STORAGE=file:/shared");
	/* merge_config.sh and the tools of a dtb's making look here. */
	strv_addf(env, "ARCH=%s", k->architecture);
	strv_addf(env, "CROSS_COMPILE=%s", k->cross_compile);
}

/* Counts what earlier steps wrote, for line numbers are the whole log's. */
static int open_log(struct room *room, struct err *err)
{
	const char *path = room->spec->log;
	CLEANUP(buf_done) struct buf before = { 0 };
	struct stat st;
	int r;

	room->log_fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (room->log_fd < 0 || fstat(room->log_fd, &st) < 0)
		return err_errno(err, errno, "cannot write '%s'", path);
	room->log_start = (long)st.st_size;
	if (st.st_size > ROOM_LOG_MAX)
		return err_set(err, EFBIG, "'%s' is a log too long to go on with", path);
	r = fs_read_fd(room->log_fd, path, ROOM_LOG_MAX, &before, err);
	for (size_t i = 0; r == 0 && i < before.len; i++)
		room->log_lines += before.data[i] == '\n';
	return r;
}

int room_open(const struct build_spec *spec, struct room *ret, struct err *err)
{
	const struct config *c = spec->config;
	struct room room = { .spec = spec, .log_fd = -1 };
	int r;

	if (has_shared(spec) && !fs_exists(c->compile.ccache))
		return err_set(err, ENOENT, "lab.yaml's compile.ccache '%s' is not there",
			       c->compile.ccache);
	room.ccache = mem_printf("%s/ccache", c->cache_dir);
	r = objdir_make(room.ccache, c->build_uid, err);
	if (r == 0)
		r = objdir_make(spec->obj, c->build_uid, err);
	if (r == 0)
		r = open_log(&room, err);
	if (r < 0) {
		room_close(&room);
		return r;
	}
	fill_env(spec, &room.env);
	*ret = room;
	room_bind(ret, spec->src, "/src", false);
	room_bind(ret, spec->obj, "/obj", true);
	room_bind(ret, ret->ccache, "/ccache", spec->trusted);
	if (has_shared(spec))
		room_bind(ret, c->compile.ccache, "/shared", true);
	return 0;
}

void room_close(struct room *room)
{
	if (!room->spec)
		return;
	close_fd(&room->log_fd);
	strv_done(&room->env);
	free(room->ccache);
	*room = (struct room){ 0 };
}

void room_use_nodes(struct room *room)
{
	if (!has_nodes(room->spec))
		return;
	room->network = true;
	room_bind(room, nodes_folder, "/var/run/icecc", false);
	if (fs_exists(nodes_compilers)) /* icecc sends them from there */
		room_bind(room, nodes_compilers, nodes_compilers, false);
	strv_add(&room->env, "CCACHE_PREFIX=icecc");
	/* What it says on stderr would be taken for the compiler's word, and be cached with it. */
	strv_add(&room->env, "ICECC_LOGFILE=/tmp/icecc.log");
}

struct sandbox room_sandbox(const struct room *room)
{
	const struct limits_config *l = &room->spec->config->limits;

	return (struct sandbox){
		.binds = room->binds,
		.n_binds = room->n_binds,
		.env = (const char *const *)room->env.v,
		.dir = "/obj",
		.uid = room->spec->config->build_uid,
		.memory_mb = l->build_memory_mb,
		.processes = l->build_processes,
		.file_mb = l->build_disk_mb,
		.timeout_ms = l->build_s * 1000,
		.network = room->network,
		.out_fd = room->log_fd,
		.cancel_fd = room->spec->cancel_fd,
		.lock_fd = room->spec->lock_fd,
	};
}

int room_tool(const struct room *room, const char *const *argv, struct sandbox_run *run,
	      struct run_result *ret, struct err *err)
{
	const struct sandbox box = room_sandbox(room);
	int r = sandbox_start(&box, argv, run, err);

	if (r < 0)
		return r;
	do
		r = sandbox_poll(run, 1000, ret, err);
	while (r == 0);
	if (r < 0) {
		sandbox_abandon(run);
		return r;
	}
	if (ret->end == RUN_CANCELED)
		return err_set(err, ECANCELED, "the build was cancelled");
	return 0;
}

void room_make(const struct build_spec *spec, struct strv *argv)
{
	const struct kernel_config *k = spec->kernel;
	int jobs = spec->config->limits.jobs;

	if (has_nodes(spec) && spec->config->compile.jobs)
		jobs = spec->config->compile.jobs;
	if (jobs <= 0)
		jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
	/* -O: the words of one job stay together. */
	strv_all(argv, (const char *const[]){ "make", "-C", "/src", "O=/obj", "-O",
					      "--no-print-directory", NULL });
	strv_addf(argv, "-j%d", jobs > 0 ? jobs : 1);
	strv_addf(argv, "ARCH=%s", k->architecture);
	strv_addf(argv, "CROSS_COMPILE=%s", k->cross_compile);
	/* Kconfig asks the compiler too, so all steps name it by the same text. */
	strv_addf(argv, "CC=ccache %sgcc", k->cross_compile);
	strv_add(argv, "HOSTCC=ccache gcc");
	strv_add(argv, "LOCALVERSION="); /* else git is asked, which is not there */
}
