// SPDX-License-Identifier: GPL-2.0-or-later
#include "stage/lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/pidfd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "stage/lab/definition.h"
#include "stage/lab/device.h"
#include "stage/lab/ending.h"
#include "stage/lab/missing.h"

/* Where lava-run insists on working. The job's own folder is bound there. */
#define LAVA_TMP  "/var/lib/lava/dispatcher/tmp"
#define ARTIFACTS LAVA_TMP "/artifacts"

enum {
	SLICE_MS = 20,	 /* how soon the end of a boot is noticed */
	MARGIN_S = 10,	 /* how much longer than all its time-outs LAVA may take */
	END_MS = 2000,	 /* how long killed processes may take to be gone */
	GRACE_MS = 2000, /* SIGTERM ends bwrap at once, and it all that is inside */
};

static int need_programs(struct err *err)
{
	static const char *const programs[] = { "bwrap", "lava-run" };

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		CLEANUP(free_ptr) char *found = fs_which(programs[i]);
		CLEANUP(free_ptr) char *text = NULL;

		if (found)
			continue;
		text = missing_program(programs[i]);
		return err_set(err, ENOENT, "%s", text);
	}
	if (!fs_exists(LAVA_TMP))
		return err_set(err, ENOENT, "no folder '%s': lava-dispatcher is not installed",
			       LAVA_TMP);
	return 0;
}

static int write_below(const char *dir, const char *name, const struct buf *b, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, name);

	return fs_write(path, buf_text(b), b->len, err);
}

/*
 * The folder of a job: job.yaml, device.yaml, dispatcher.yaml, LAVA's log, the
 * console, and lava/, which LAVA sees as its temporary folder.
 */
static int make_folder(const struct config *c, const struct lab_order *o, struct err *err)
{
	CLEANUP(free_ptr) char *template = mem_printf("%s/%s", c->jobs, o->target->job);
	CLEANUP(free_ptr) char *device = mem_printf("%s/devices/%s", c->jobs, o->target->device);
	CLEANUP(free_ptr) char *lava = mem_printf("%s/lava/artifacts", o->dir);
	CLEANUP(free_ptr) char *device_copy = mem_printf("%s/device.yaml", o->dir);
	CLEANUP(free_ptr) char *name = mem_printf("dmalab %s %.12s", o->target->name, o->build_id);
	CLEANUP(strv_done) struct strv command = { 0 };
	CLEANUP(buf_done) struct buf text = { 0 };
	const struct definition d = {
		.template = template,
		.name = name,
		/* Fixed names inside: no path of this machine gets into a command line. */
		.kernel = ARTIFACTS "/kernel",
		.ramdisk = ARTIFACTS "/ramdisk",
		.dtb = o->dtb ? ARTIFACTS "/dtb" : NULL,
		.cmdline = o->target->cmdline,
		.filter = o->filter,
		.timeout_s = o->target->timeout_s,
	};
	int r = device_command(device, &command, err);

	if (r == 0)
		r = definition_make(&d, &text, err);
	if (r == 0)
		r = fs_mkdirs(lava, err);
	if (r == 0)
		r = write_below(o->dir, "job.yaml", &text, err);
	if (r == 0)
		r = fs_copy(device, device_copy, err);
	buf_done(&text);
	/* Without an address LAVA looks for the default route, and there is no network. */
	buf_str(&text, "dispatcher_ip: 127.0.0.1\nprefix: dmalab-\n");
	if (r == 0)
		r = write_below(o->dir, "dispatcher.yaml", &text, err);
	return r;
}

static void add_bind(struct strv *a, const char *option, const char *from, const char *to)
{
	strv_add(a, option);
	strv_add(a, from);
	strv_add(a, to);
}

/*
 * bubblewrap makes the namespaces, and the mounts without a shell in between:
 * everything read-only, lava/ on LAVA's folder, the artefacts on fixed names in
 * it, no network but a loopback. lava-run is process 1 of its namespace, so that
 * QEMU cannot outlive it.
 */
static void make_argv(const struct lab_order *o, struct strv *a)
{
	CLEANUP(free_ptr) char *lava = mem_printf("%s/lava", o->dir);

	strv_all(a, (const char *const[]){ "bwrap", "--unshare-pid", "--unshare-net",
					   "--unshare-ipc", "--as-pid-1", "--die-with-parent",
					   "--cap-drop", "ALL", NULL });
	/* lava-run wants to be root; any user is in a namespace of users. */
	if (geteuid() != 0)
		strv_all(a, (const char *const[]){ "--unshare-user", "--uid", "0", "--gid", "0",
						   NULL });
	add_bind(a, "--ro-bind", "/", "/");
	strv_all(a, (const char *const[]){ "--dev", "/dev", NULL });
	add_bind(a, "--bind", lava, LAVA_TMP);
	add_bind(a, "--ro-bind", o->kernel, ARTIFACTS "/kernel");
	add_bind(a, "--ro-bind", o->ramdisk, ARTIFACTS "/ramdisk");
	if (o->dtb)
		add_bind(a, "--ro-bind", o->dtb, ARTIFACTS "/dtb");
	add_bind(a, "--setenv", "TMPDIR", LAVA_TMP);
	strv_all(a, (const char *const[]){ "--chdir", "/", "--", "lava-run", "--job-id", NULL });
	strv_addf(a, "%lld", (long long)o->number);
	strv_all(a, (const char *const[]){ "--output-dir", LAVA_TMP "/out", "--device", NULL });
	strv_addf(a, "%s/device.yaml", o->dir);
	strv_add(a, "--dispatcher");
	strv_addf(a, "%s/dispatcher.yaml", o->dir);
	strv_addf(a, "%s/job.yaml", o->dir);
}

static int run_lava(const struct lab_order *o, int log_fd, struct run *ret, struct err *err)
{
	CLEANUP(strv_done) struct strv argv = { 0 };
	struct run_spec spec;

	make_argv(o, &argv);
	spec = run_spec_of((const char *const *)argv.v,
			   1000 * (o->target->timeout_s + DEFINITION_JOB_MORE_S + MARGIN_S));
	spec.out_fd = log_fd;
	spec.cancel_fd = o->cancel_fd;
	spec.grace_ms = GRACE_MS;
	return run_start(&spec, ret, err);
}

static char *copy_or_empty(const char *s)
{
	return mem_strdup(s ? s : "");
}

int lab_start(const struct config *c, const struct lab_config *lab, const struct lab_order *order,
	      struct lab_job *ret, struct err *err)
{
	CLEANUP(free_ptr) char *log = mem_printf("%s/log", order->dir);
	CLEANUP(close_fd) int log_fd = -1;
	CLEANUP(lab_abandon) struct lab_job job = { 0 };
	int r = need_programs(err);

	if (r == 0)
		r = make_folder(c, order, err);
	if (r < 0)
		return r;
	log_fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (log_fd < 0)
		return err_errno(err, errno, "cannot write '%s'", log);
	job.dir = mem_strdup(order->dir);
	job.timeout_s = order->target->timeout_s;
	job.job = (struct job){
		.id = mem_printf("%s-%lld", order->target->name, (long long)order->number),
		.build_id = copy_or_empty(order->build_id),
		.target = mem_strdup(order->target->name),
		.lab = mem_strdup(lab->name),
		.filter = copy_or_empty(order->filter),
		.started = clock_now(),
	};
	r = follow_open(order->dir, (size_t)c->limits.console_mb << 20, &job.follow, err);
	if (r == 0)
		r = run_lava(order, log_fd, &job.run, err);
	if (r < 0)
		return r;
	*ret = job;
	job = (struct lab_job){ 0 };
	return 0;
}

/* The only child of bwrap is the first process of the PID namespace. */
static void find_inner(struct lab_job *job)
{
	CLEANUP(free_ptr)
	char *path = mem_printf("/proc/%d/task/%d/children", job->run.pid, job->run.pid);
	CLEANUP(close_file) FILE *f = NULL;
	int child, fd;

	if (job->inner_fd > 0 || job->run.pid <= 0)
		return;
	f = fopen(path, "re");
	if (!f || fscanf(f, "%d", &child) != 1)
		return;
	fd = pidfd_open(child, 0);
	job->inner_fd = fd > 0 ? fd : 0;
}

/* The namespace goes with its first process, and that one is seen gone only when it is empty. */
static void wait_inner(struct lab_job *job)
{
	struct pollfd p = { .fd = job->inner_fd, .events = POLLIN };

	if (job->inner_fd <= 0)
		return;
	while (poll(&p, 1, END_MS) < 0 && errno == EINTR)
		;
	close_fd(&job->inner_fd);
	job->inner_fd = 0;
}

void lab_abandon(struct lab_job *job)
{
	CLEANUP(free_ptr) char *lava = NULL;
	struct err ignored;

	if (!job->dir)
		return;
	find_inner(job);
	run_abandon(&job->run);
	wait_inner(job);
	/* What LAVA kept is nobody's; what stays in spite of this goes with the folder. */
	lava = mem_printf("%s/lava", job->dir);
	(void)!fs_rmtree(lava, &ignored);
	follow_done(&job->follow);
	job_done(&job->job);
	free(job->dir);
	*job = (struct lab_job){ 0 };
}

/* Reads the console and LAVA's word, and hands the job over. */
static void finish(struct lab_job *job, const struct run_result *res, bool said_all,
		   struct job *ret)
{
	const struct follow *f = &job->follow;
	CLEANUP(free_ptr) char *last = follow_last_line(f);
	struct job *j = &job->job;
	struct ending e = {
		.said_all = said_all,
		.end = *res,
		.launched = f->launched,
		.has_result = f->has_result,
		.type = f->result.error_type,
		.message = f->result.error_msg ? f->result.error_msg : "",
		.stranger = f->stranger,
		.console = last,
	};

	follow_fill(f, j);
	e.boot = j->boot;
	j->outcome = ending_judge(&e, &j->reason);
	j->duration_ms = res->ms;
	j->console = mem_printf("%s/console", job->dir);
	*ret = *j;
	*j = (struct job){ 0 };
}

/*
 * Ends the boot at once. LAVA would wait for a mute guest (6 s), or for its own
 * good (0.2 s), and nothing that is worth a grace is left: killing the first
 * process of the namespace ends all of them, and the folder is ours to remove.
 */
static int stop(struct lab_job *job, enum run_end why, struct run_result *res, struct err *err)
{
	int over;

	job->run.spec.grace_ms = 0;
	run_stop(&job->run, why);
	do
		over = run_poll(&job->run, END_MS, res, err);
	while (over == 0);
	return over;
}

/* Whether the boot has had its time, which counts from QEMU's start. */
static bool is_late(struct lab_job *job)
{
	if (job->follow.launched && !job->late_at)
		job->late_at = clock_ms() + 1000 * (int64_t)job->timeout_s;
	return job->late_at && clock_ms() >= job->late_at;
}

/* One look at the boot: 1 over, 0 runs on. */
static int look(struct lab_job *job, int wait_ms, struct job *ret, struct err *err)
{
	struct run_result res;
	bool said_all;
	int over = run_poll(&job->run, wait_ms, &res, err);
	int r;

	if (over < 0)
		return over;
	find_inner(job);
	r = follow_read(&job->follow, err);
	if (r < 0)
		return r;
	said_all = job->follow.over;
	if (over == 0 && said_all)
		over = stop(job, RUN_CANCELED, &res, err);
	else if (over == 0 && is_late(job))
		over = stop(job, RUN_TIMEDOUT, &res, err);
	if (over <= 0)
		return over;
	wait_inner(job);
	finish(job, &res, said_all, ret);
	return 1;
}

int lab_poll(struct lab_job *job, int wait_ms, struct job *ret, struct err *err)
{
	int64_t until = clock_ms() + wait_ms;
	int r;

	do {
		int64_t left = until - clock_ms();

		r = look(job, left < SLICE_MS ? (left > 0 ? (int)left : 0) : SLICE_MS, ret, err);
	} while (r == 0 && clock_ms() < until);
	if (r != 0)
		lab_abandon(job);
	return r;
}
