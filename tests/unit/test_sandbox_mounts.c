// SPDX-License-Identifier: GPL-2.0-or-later
#include "sandbox_fixture.h"

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

/* A build in folders closed to others, as mktemp -d makes them; the exit code names the step. */
static int closed_steps(const char *closed)
{
	CLEANUP(free_ptr) char *folder = mem_printf("%s/obj", closed);
	CLEANUP(free_ptr) char *file = mem_printf("%s/file", closed);
	const struct sandbox_bind binds[] = { { folder, "/obj", true }, { file, "/file", false } };
	const char *argv[] = { "sh", "-c", "cat /file >/obj/copy && ! echo x >/file", NULL };
	CLEANUP(free_ptr) char *copy = mem_printf("%s/copy", folder);
	CLEANUP(buf_done) struct buf text = { 0 };
	struct err err = { 0 };
	struct sandbox s = box(binds, 2);
	struct run_result res;

	TRY(1, sandbox_private_mounts(&err) == 0);
	for (int i = 0; i < 2; i++) { /* the second mount of a path is found again */
		TRY(2, sandbox_tool(&s, argv, &res, &err) == 0);
		TRY(3, res.end == RUN_EXITED && res.status == 0);
	}
	TRY(4, fs_read(copy, 100, &text, &err) == 0 && !strcmp(buf_text(&text), "here"));
	return 0;
}

static void a_closed_folder_is_reached_by_private_mounts(void **state)
{
	CLEANUP(free_ptr) char *closed = in_top("closed-to-others");
	CLEANUP(free_ptr) char *folder = mem_printf("%s/obj", closed);
	CLEANUP(free_ptr) char *file = mem_printf("%s/file", closed);
	struct err err = { 0 };
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(closed, 0700), 0);
	make_folder(folder);
	assert_int_equal(fs_write(file, "here", 4, &err), 0);
	pid = fork();
	if (pid == 0)
		_exit(closed_steps(closed));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_false(fs_exists("/mnt/.dmalab-reach"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_closed_folder_is_reached_by_private_mounts),
		cmocka_unit_test(a_build_in_an_overlay_leaves_the_lower_folder_alone),
		cmocka_unit_test(a_plain_user_has_overlay_disk_and_sandbox_too),
		cmocka_unit_test(a_plain_user_stops_the_attacks_too),
	};

	return cmocka_run_group_tests_name("sandbox mounts", tests, set_up, tear_down);
}
