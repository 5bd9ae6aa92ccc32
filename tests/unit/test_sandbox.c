// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sandbox/sandbox.h"

/* As root the tools run as this user, which need not exist. */
enum { BUILD_UID = 64123, PLAIN_UID = 64124 };

static char top[] = "/tmp/dmalab-sandbox-XXXXXX"; /* open to the build user */
static char *attack, *obj, *elsewhere;

static const char *const env[] = { "PATH=/usr/bin:/bin", "LC_ALL=C", NULL };

static void pause_ms(int ms)
{
	(void)nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L },
			NULL);
}

static char *in_top(const char *name)
{
	return mem_printf("%s/%s", top, name);
}

static void make_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0755), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(path, BUILD_UID, BUILD_UID), 0);
}

static int set_up(void **state)
{
	struct err err = { 0 };
	struct run_result res;
	const char *cc[] = { "cc", "-O1", "-o", NULL, "tests/fixtures/sandbox/attack.c", NULL };
	struct run_spec spec = run_spec_of(cc, 60000);

	(void)state;
	spec.out_fd = 2;
	if (!mkdtemp(top) || chmod(top, 0755) < 0)
		return -1;
	cc[3] = attack = in_top("attack");
	obj = in_top("obj");
	elsewhere = in_top("elsewhere");
	make_folder(obj);
	make_folder(elsewhere);
	if (run_tool(&spec, &res, &err) < 0 || res.end != RUN_EXITED || res.status)
		return -1;
	return 0;
}

static int tear_down(void **state)
{
	struct err err;

	(void)state;
	free(attack);
	free(obj);
	free(elsewhere);
	return fs_rmtree(top, &err);
}

static struct sandbox box(const struct sandbox_bind *binds, size_t n)
{
	return (struct sandbox){ .binds = binds,
				 .n_binds = n,
				 .env = env,
				 .dir = "/obj",
				 .uid = BUILD_UID,
				 .memory_mb = 512,
				 .processes = 64,
				 .file_mb = 128,
				 .timeout_ms = 20000,
				 .out_fd = -1,
				 .cancel_fd = -1,
				 .lock_fd = -1 };
}

/* Runs the attack in the sandbox with obj at /obj; its exit code, or -1. */
static int inside_of(struct sandbox *s, const char *a, const char *b, const char *c, const char *d)
{
	const struct sandbox_bind binds[] = { { attack, "/attack", false }, { obj, "/obj", true } };
	const char *argv[] = { "/attack", a, b, c, d, NULL };
	struct run_result res;
	struct err err = { 0 };
	int r;

	s->binds = binds;
	s->n_binds = 2;
	r = sandbox_tool(s, argv, &res, &err);
	if (r < 0)
		print_error("sandbox: %s\n", err.msg);
	return r == 0 && res.end == RUN_EXITED ? res.status : -1;
}

static int inside(const char *a, const char *b, const char *c, const char *d)
{
	struct sandbox s = box(NULL, 0);

	return inside_of(&s, a, b, c, d);
}

/* Runs the same attack without a sandbox, as the user that builds. */
static int outside(const char *a, const char *b, const char *c, const char *d)
{
	char uid[32], gid[32];
	const char *argv[] = { "setpriv", uid, gid, "--clear-groups", attack, a, b, c, d, NULL };
	struct run_spec spec = run_spec_of(geteuid() == 0 ? argv : argv + 4, 20000);
	struct run_result res;
	struct err err = { 0 };

	snprintf(uid, sizeof(uid), "--reuid=%d", BUILD_UID);
	snprintf(gid, sizeof(gid), "--regid=%d", BUILD_UID);
	assert_int_equal(run_tool(&spec, &res, &err), 0);
	return res.end == RUN_EXITED ? res.status : -1;
}

static void a_tool_runs_and_its_exit_code_is_told(void **state)
{
	const struct sandbox_bind binds[] = { { obj, "/obj", true } };
	const char *argv[] = { "sh", "-c",
			       "echo hello > /obj/hello && test $(id -u) = 1000 && exit 7", NULL };
	CLEANUP(free_ptr) char *made = mem_printf("%s/hello", obj);
	struct sandbox s = box(binds, 1);
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(sandbox_tool(&s, argv, &res, &err), 0);
	assert_int_equal(res.end, RUN_EXITED);
	assert_int_equal(res.status, 7);
	assert_true(fs_exists(made));
}

static void files_outside_are_not_seen(void **state)
{
	CLEANUP(free_ptr) char *secret = mem_printf("%s/secret", elsewhere);
	struct err err;

	(void)state;
	assert_int_equal(fs_write(secret, "s", 1, &err), 0);
	assert_int_equal(outside("read", secret, NULL, NULL), 0);
	assert_int_equal(inside("read", secret, NULL, NULL), 1);
	assert_int_equal(inside("read", "/etc/shadow", NULL, NULL), 1);
	assert_int_equal(inside("read", "/etc/passwd", NULL, NULL), 1);
}

static void nothing_but_the_named_folders_is_written(void **state)
{
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "/var/tmp/dmalab-test-%d", (int)getpid());
	assert_int_equal(outside("write", name, NULL, NULL), 0);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(inside("write", name, NULL, NULL), 1);
	assert_int_equal(inside("write", "/file", NULL, NULL), 1);
	assert_int_equal(inside("write", "/usr/file", NULL, NULL), 1);
	assert_int_equal(inside("write", "/dev/shm/file", NULL, NULL), 1);
	assert_int_equal(inside("write", "/attack", NULL, NULL), 1);
	assert_int_equal(inside("write", "/obj/file", NULL, NULL), 0);
	assert_int_equal(inside("write", "/tmp/file", NULL, NULL), 0);
}

static int listener(int type, char port[16])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_true(type != SOCK_STREAM || listen(fd, 4) == 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(port, 16, "%d", ntohs(at.sin_port));
	return fd;
}

static void no_network_is_reached(void **state)
{
	char tcp_port[16], udp_port[16], got[8];
	int tcp = listener(SOCK_STREAM, tcp_port);
	CLEANUP(close_fd) int udp = listener(SOCK_DGRAM, udp_port);

	(void)state;
	assert_int_equal(outside("tcp", tcp_port, NULL, NULL), 0);
	assert_int_equal(outside("udp", udp_port, NULL, NULL), 0);
	assert_int_equal(recv(udp, got, sizeof(got), 0), 1);
	assert_int_equal(inside("tcp", tcp_port, NULL, NULL), 1);
	assert_int_equal(inside("udp", udp_port, NULL, NULL), 1);
	assert_int_equal(recv(udp, got, sizeof(got), 0), -1);
	close(tcp);
}

/* The socket lies in a folder that is seen inside, where a network namespace is no help. */
static void a_unix_socket_is_not_reached_by_its_path(void **state)
{
	CLEANUP(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	(void)state;
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", obj);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(chmod(at.sun_path, 0777), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(outside("unix", at.sun_path, NULL, NULL), 0);
	assert_int_equal(inside("unix", "/obj/socket", NULL, NULL), 1);
}

static void a_service_of_the_same_user_is_not_signalled(void **state)
{
	char uid[32], pid[16];
	const char *argv[] = { "setpriv", uid, "sleep", "60", NULL };
	struct run_spec spec = run_spec_of(geteuid() == 0 ? argv : argv + 2, 60000);
	struct run run = { 0 };
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	snprintf(uid, sizeof(uid), "--reuid=%d", BUILD_UID);
	assert_int_equal(run_start(&spec, &run, &err), 0);
	pause_ms(100);
	snprintf(pid, sizeof(pid), "%d", (int)run.pid);
	assert_int_equal(inside("signal", pid, NULL, NULL), 1);
	assert_int_equal(run_poll(&run, 100, &res, &err), 0);
	assert_int_equal(outside("signal", pid, NULL, NULL), 0);
	assert_int_equal(run_poll(&run, 2000, &res, &err), 1);
	assert_int_equal(res.end, RUN_SIGNALED);
}

static void a_fork_bomb_ends_at_the_limit(void **state)
{
	(void)state;
	assert_int_equal(outside("forks", "200", NULL, NULL), 0);
	assert_int_equal(inside("forks", "200", NULL, NULL), 1);
	assert_int_equal(inside("forks", "20", NULL, NULL), 0);
}

static void a_file_ends_at_the_limit(void **state)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/huge", elsewhere);

	(void)state;
	assert_int_equal(outside("big", path, "3072", NULL), 0);
	assert_int_equal(inside("big", "/obj/huge", "3072", NULL), 1);
	assert_int_equal(inside("big", "/obj/large", "100", NULL), 0);
}

static void memory_of_one_process_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(outside("memory", "1", "600", NULL), 0);
	assert_int_equal(inside("memory", "1", "600", NULL), 1);
	assert_int_equal(inside("memory", "1", "100", NULL), 0);
}

static void memory_of_all_processes_is_bounded_by_a_group(void **state)
{
	const struct sandbox_bind binds[] = { { attack, "/attack", false }, { obj, "/obj", true } };
	const char *argv[] = { "/attack", "memory", "8", "150", NULL };
	struct sandbox s = box(binds, 2);
	struct sandbox_run run;
	struct run_result res;
	struct err err = { 0 };
	bool grouped;
	int r;

	(void)state;
	assert_int_equal(outside("memory", "8", "150", NULL), 0);
	assert_int_equal(sandbox_start(&s, argv, &run, &err), 0);
	grouped = run.group.dirs[0];
	while ((r = sandbox_poll(&run, 1000, &res, &err)) == 0)
		;
	assert_int_equal(r, 1);
	if (!grouped)
		skip();
	assert_true(run.events.out_of_memory);
	assert_false(res.end == RUN_EXITED && res.status == 0);
}

static void the_group_is_removed_and_we_are_where_we_were(void **state)
{
	const char *argv[] = { "true", NULL };
	CLEANUP(buf_done) struct buf before = { 0 }, after = { 0 };
	struct sandbox s = box(NULL, 0);
	CLEANUP(free_ptr) char *dir = NULL;
	struct sandbox_run run;
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	s.dir = "/";
	assert_int_equal(fs_read("/proc/self/cgroup", 1 << 16, &before, &err), 0);
	assert_int_equal(sandbox_start(&s, argv, &run, &err), 0);
	if (run.group.dirs[0])
		dir = mem_strdup(run.group.dirs[0]);
	while (sandbox_poll(&run, 1000, &res, &err) == 0)
		;
	assert_int_equal(fs_read("/proc/self/cgroup", 1 << 16, &after, &err), 0);
	assert_string_equal(buf_text(&before), buf_text(&after));
	assert_false(dir && fs_exists(dir));
}

static void what_outlives_the_tool_is_ended_with_it(void **state)
{
	CLEANUP(free_ptr) char *late = mem_printf("%s/late", elsewhere);
	CLEANUP(free_ptr) char *late_obj = mem_printf("%s/late", obj);

	(void)state;
	assert_int_equal(outside("outlive", late, NULL, NULL), 0);
	assert_int_equal(inside("outlive", "/obj/late", NULL, NULL), 0);
	pause_ms(1000);
	assert_true(fs_exists(late));
	assert_false(fs_exists(late_obj));
}

static void privileges_are_not_regained(void **state)
{
	(void)state;
	assert_int_equal(outside("trace", NULL, NULL, NULL), 0);
	assert_int_equal(inside("trace", NULL, NULL, NULL), 1);
	assert_int_equal(inside("namespace", NULL, NULL, NULL), 1);
	assert_int_equal(inside("mount", NULL, NULL, NULL), 1);
	assert_int_equal(inside("clone3", NULL, NULL, NULL), 1);
}

/* What the filter hides from the attacks holds without it too. */
static void each_wall_stands_by_itself(void **state)
{
	const char *const looks[] = {
		"test $(tail -n +3 /proc/net/dev | wc -l) -le 1",
		"test $(cat /proc/sys/user/max_user_namespaces) -le 1",
		"grep -q '^CapEff:.0*$' /proc/self/status",
		"grep -q '^CapBnd:.0*$' /proc/self/status",
		"grep -q '^NoNewPrivs:.1$' /proc/self/status",
		"grep -q '^Seccomp:.2$' /proc/self/status",
		"test $(ls -d /proc/[0-9]* | wc -l) -lt 8",
		"test $(hostname) = dmalab",
	};
	struct sandbox s = box(NULL, 0);
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	s.dir = "/";
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		const char *argv[] = { "sh", "-c", looks[i], NULL };

		assert_int_equal(sandbox_tool(&s, argv, &res, &err), 0);
		if (res.end != RUN_EXITED || res.status)
			fail_msg("inside: %s", looks[i]);
	}
}

static bool is_locked(const char *path)
{
	struct err err;
	CLEANUP(close_fd) int fd = fs_lock(path, false, &err);

	return fd < 0;
}

static void a_lock_is_held_but_not_handed_in(void **state)
{
	CLEANUP(free_ptr) char *path = in_top("lock");
	const struct sandbox_bind binds[] = { { attack, "/attack", false }, { obj, "/obj", true } };
	const char *argv[] = { "sleep", "60", NULL };
	struct err err = { 0 };
	struct sandbox s = box(binds, 2);
	struct sandbox_run run;

	(void)state;
	s.lock_fd = fs_lock(path, false, &err);
	assert_true(s.lock_fd >= 0);
	assert_int_equal(inside_of(&s, "descriptor", "3", NULL, NULL), 1);
	assert_int_equal(inside_of(&s, "descriptor", "4", NULL, NULL), 1);
	s.binds = binds;
	assert_int_equal(sandbox_start(&s, argv, &run, &err), 0);
	assert_int_equal(close(s.lock_fd), 0);
	assert_true(is_locked(path));
	sandbox_abandon(&run);
	assert_false(is_locked(path));
}

static void the_deadline_ends_all_inside(void **state)
{
	const struct sandbox_bind binds[] = { { obj, "/obj", true } };
	const char *argv[] = { "sh", "-c", "(sleep 1; touch /obj/after) & setsid sleep 60", NULL };
	CLEANUP(free_ptr) char *after = mem_printf("%s/after", obj);
	struct sandbox s = box(binds, 1);
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	s.timeout_ms = 300;
	assert_int_equal(sandbox_tool(&s, argv, &res, &err), 0);
	assert_int_equal(res.end, RUN_TIMEDOUT);
	pause_ms(1200);
	assert_false(fs_exists(after));
}

static void a_closed_folder_is_named(void **state)
{
	CLEANUP(free_ptr) char *closed = in_top("closed");
	const struct sandbox_bind binds[] = { { closed, "/obj", true } };
	const char *argv[] = { "true", NULL };
	struct sandbox s = box(binds, 1);
	struct run_result res;
	struct err err = { 0 };

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(closed, 0700), 0);
	assert_int_equal(sandbox_tool(&s, argv, &res, &err), -EACCES);
	assert_non_null(strstr(err.msg, closed));
}

/* Runs fn in a child, as a plain user where asked, for mounts end with their process. */
static int in_child(int uid, int (*fn)(const char *dir), const char *dir)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (uid && (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0))
			_exit(99);
		/* As after an exec: /proc/self is ours again. */
		_exit(prctl(PR_SET_DUMPABLE, 1) < 0 ? 99 : fn(dir));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

#define TRY(n, condition)                                                                          \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			print_error("step %d: %s (%s)\n", n, #condition, err.msg);                 \
			return n;                                                                  \
		}                                                                                  \
	} while (0)

/* A build over `lower` that changes, adds and removes; the exit code names the step that failed. */
static int overlay_steps(const char *dir)
{
	CLEANUP(free_ptr) char *lower = mem_printf("%s/lower", dir);
	CLEANUP(free_ptr) char *disk = mem_printf("%s/disk", dir);
	CLEANUP(free_ptr) char *upper = mem_printf("%s/disk/upper", dir);
	CLEANUP(free_ptr) char *work = mem_printf("%s/disk/work", dir);
	CLEANUP(free_ptr) char *merged = mem_printf("%s/merged", dir);
	CLEANUP(free_ptr) char *kept = mem_printf("%s/lower/sub/kept", dir);
	CLEANUP(free_ptr) char *added = mem_printf("%s/lower/added", dir);
	const struct sandbox_bind binds[] = { { merged, "/obj", true },
					      { attack, "/attack", false } };
	const char *argv[] = { "sh", "-c",
			       "rm -r sub && mkdir sub && echo 2 > sub/kept && touch added && "
			       "cat sub/kept",
			       NULL };
	const char *fill[] = { "/attack", "many", "/obj", "64", "1", NULL };
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err = { 0 };
	struct sandbox s = box(binds, 2);
	struct run_result res;
	int sized;

	TRY(1, sandbox_private_mounts(&err) == 0);
	sized = sandbox_disk(disk, 32, &err);
	TRY(2, sized >= 0);
	TRY(3, sandbox_overlay(lower, upper, work, merged, &err) == 0);
	TRY(4, sandbox_tool(&s, argv, &res, &err) == 0);
	TRY(5, res.end == RUN_EXITED && res.status == 0);
	TRY(6, !fs_exists(added) && fs_read(kept, 100, &text, &err) == 0);
	TRY(7, !strcmp(buf_text(&text), "1\n"));
	TRY(8, sandbox_tool(&s, fill, &res, &err) == 0);
	TRY(9, res.end == RUN_EXITED && res.status == (sized == 0));
	TRY(10, sandbox_unmount(merged, &err) == 0 && sandbox_unmount(disk, &err) == 0);
	TRY(11, !fs_exists(upper));
	return 0;
}

static void overlay_case(int uid, const char *name)
{
	CLEANUP(free_ptr) char *dir = in_top(name);
	CLEANUP(free_ptr) char *kept = mem_printf("%s/lower/sub/kept", dir);
	CLEANUP(free_ptr) char *upper = mem_printf("%s/disk/upper", dir);
	static const char *const folders[] = { "", "/lower", "/lower/sub", "/disk", "/merged" };
	struct err err = { 0 };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		CLEANUP(free_ptr) char *folder = mem_printf("%s%s", dir, folders[i]);

		make_folder(folder);
		assert_true(uid == 0 || chown(folder, uid, uid) == 0);
	}
	assert_int_equal(fs_write(kept, "1\n", 2, &err), 0);
	assert_int_equal(in_child(uid, overlay_steps, dir), 0);
	assert_false(fs_exists(upper)); /* the host never saw the mounts */
}

static void a_build_in_an_overlay_leaves_the_lower_folder_alone(void **state)
{
	(void)state;
	overlay_case(0, "overlay, as: ourselves");
}

static void a_plain_user_has_overlay_disk_and_sandbox_too(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	overlay_case(PLAIN_UID, "plain");
}

/* The attacks again where neither root nor a writable control group is at hand. */
static int plain_attacks(const char *dir)
{
	CLEANUP(free_ptr) char *folder = mem_printf("%s/obj", dir);
	CLEANUP(free_ptr) char *late = mem_printf("%s/late", folder);
	char pid[16];
	struct err err = { 0 };

	free(obj);
	obj = mem_strdup(folder);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	TRY(1, mkdir(obj, 0755) == 0);
	TRY(2, inside("write", "/obj/file", NULL, NULL) == 0);
	TRY(3, inside("read", "/etc/passwd", NULL, NULL) == 1);
	TRY(4, inside("write", "/var/tmp/dmalab-test", NULL, NULL) == 1);
	TRY(5, inside("tcp", "22", NULL, NULL) == 1);
	TRY(6, inside("signal", pid, NULL, NULL) == 1);
	TRY(7, inside("forks", "200", NULL, NULL) == 1);
	TRY(8, inside("forks", "20", NULL, NULL) == 0);
	TRY(9, inside("big", "/obj/huge", "3072", NULL) == 1);
	TRY(10, inside("outlive", "/obj/late", NULL, NULL) == 0);
	TRY(11, inside("memory", "1", "600", NULL) == 1);
	TRY(12, inside("namespace", NULL, NULL, NULL) == 1);
	pause_ms(800);
	TRY(13, !fs_exists(late));
	return 0;
}

static void a_plain_user_stops_the_attacks_too(void **state)
{
	CLEANUP(free_ptr) char *dir = in_top("plain-attacks");

	(void)state;
	make_folder(dir);
	assert_true(geteuid() != 0 || chown(dir, PLAIN_UID, PLAIN_UID) == 0);
	assert_int_equal(in_child(geteuid() == 0 ? PLAIN_UID : 0, plain_attacks, dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tool_runs_and_its_exit_code_is_told),
		cmocka_unit_test(files_outside_are_not_seen),
		cmocka_unit_test(nothing_but_the_named_folders_is_written),
		cmocka_unit_test(no_network_is_reached),
		cmocka_unit_test(a_unix_socket_is_not_reached_by_its_path),
		cmocka_unit_test(a_service_of_the_same_user_is_not_signalled),
		cmocka_unit_test(a_fork_bomb_ends_at_the_limit),
		cmocka_unit_test(a_file_ends_at_the_limit),
		cmocka_unit_test(memory_of_one_process_is_bounded),
		cmocka_unit_test(memory_of_all_processes_is_bounded_by_a_group),
		cmocka_unit_test(the_group_is_removed_and_we_are_where_we_were),
		cmocka_unit_test(what_outlives_the_tool_is_ended_with_it),
		cmocka_unit_test(privileges_are_not_regained),
		cmocka_unit_test(each_wall_stands_by_itself),
		cmocka_unit_test(a_lock_is_held_but_not_handed_in),
		cmocka_unit_test(the_deadline_ends_all_inside),
		cmocka_unit_test(a_closed_folder_is_named),
		cmocka_unit_test(a_build_in_an_overlay_leaves_the_lower_folder_alone),
		cmocka_unit_test(a_plain_user_has_overlay_disk_and_sandbox_too),
		cmocka_unit_test(a_plain_user_stops_the_attacks_too),
	};

	return cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
}
