// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox_fixture.h"

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

/* Takes a lock, starts something that would run on, and is killed. */
static int start_and_die(const char *lock)
{
	const char *argv[] = { "sh", "-c", "setsid sleep 60 & sleep 60", NULL };
	struct err err = { 0 };
	struct sandbox s = box(NULL, 0);
	struct sandbox_run run;

	s.dir = "/";
	s.lock_fd = fs_lock(lock, false, &err);
	if (s.lock_fd < 0 || sandbox_start(&s, argv, &run, &err) < 0)
		return 1;
	pause_ms(200);
	return raise(SIGKILL);
}

static void nothing_runs_on_when_we_are_killed(void **state)
{
	CLEANUP(free_ptr) char *path = in_top("lock-of-killed");

	(void)state;
	assert_int_equal(in_child(0, start_and_die, path), 100 + SIGKILL);
	for (int i = 0; i < 50 && is_locked(path); i++)
		pause_ms(100);
	assert_false(is_locked(path));
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
		cmocka_unit_test(nothing_runs_on_when_we_are_killed),
		cmocka_unit_test(a_closed_folder_is_named),
	};

	return cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
}
