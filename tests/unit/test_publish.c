// SPDX-License-Identifier: GPL-2.0-or-later
/* DMALAB_KILLS: how often to kill; DMALAB_SEED: the moments of an earlier run. */
#include "http_fixture.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/fs.h"
#include "base/hash.h"
#include "model/config.h"
#include "stage/lab/publish.h"

struct fixture {
	char *dir;
	struct config config;
	struct web web;
	struct err err;
};

#define OK(call)                                                                                   \
	do {                                                                                       \
		if ((call) != 0)                                                                   \
			fail_msg("%s: %s", #call, f->err.msg);                                     \
	} while (0)

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));

	f->dir = folder_make();
	f->config.work_dir = mem_printf("%s/work", f->dir);
	OK(fs_mkdirs(f->config.work_dir, &f->err));
	web_open(&f->web, NULL, publish_answer, &f->config);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	http_freep(&f->web.server);
	folder_done(f->dir);
	free(f->config.work_dir);
	free(f);
	return 0;
}

/* A file of these bytes; the path is the caller's. */
static char *a_file(struct fixture *f, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", f->dir, name);

	OK(fs_write(path, text, strlen(text), &f->err));
	return path;
}

static char *published(struct fixture *f, const char *text, const char *suffix)
{
	CLEANUP(free_ptr) char *path = a_file(f, "source", text);
	char *name = NULL;

	OK(publish_file(&f->config, path, suffix, &name, &f->err));
	return name;
}

static char *path_of(struct fixture *f, const char *name)
{
	CLEANUP(free_ptr) char *dir = publish_dir(&f->config);

	return mem_printf("%s/%s", dir, name);
}

static char *ask(struct fixture *f, const char *name, const char *fields)
{
	CLEANUP(free_ptr) char *head = mem_printf("GET /%s HTTP/1.1%s", name, fields);

	return web_ask(&f->web, head);
}

static void is_refused(struct fixture *f, const char *name, int status)
{
	CLEANUP(free_ptr) char *reply = ask(f, name, "");

	if (web_status(reply) != status)
		fail_msg("'%s': %.40s", name, reply);
	assert_null(strstr(reply, "secret"));
}

static int files_in(struct fixture *f)
{
	CLEANUP(free_ptr) char *dir = publish_dir(&f->config);
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static void a_published_file_is_served_by_its_name(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *name = published(f, "a kernel", ".zImage");
	CLEANUP(free_ptr) char *reply = ask(f, name, "");
	CLEANUP(free_ptr) char *part = ask(f, name, "\r\nRange: bytes=2-4");
	CLEANUP(free_ptr) char *fields = mem_printf("\r\nIf-None-Match: \"%s\"", name);
	CLEANUP(free_ptr) char *again = ask(f, name, fields);

	assert_int_equal(strlen(name), 64 + 7);
	assert_int_equal(strspn(name, "0123456789abcdef"), 64);
	assert_string_equal(name + 64, ".zImage");
	assert_int_equal(web_status(reply), 200);
	assert_string_equal(web_body(reply), "a kernel");
	assert_non_null(strstr(reply, "immutable"));
	assert_int_equal(web_status(part), 206);
	assert_string_equal(web_body(part), "ker");
	assert_int_equal(web_status(again), 304);
}

static void the_same_content_has_the_same_name_and_lies_there_once(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *one = published(f, "a kernel", ".zImage");
	CLEANUP(free_ptr) char *two = published(f, "a kernel", ".zImage");
	CLEANUP(free_ptr) char *other = published(f, "a kerneL", ".zImage");

	assert_string_equal(one, two);
	assert_string_not_equal(one, other);
	assert_int_equal(files_in(f), 2);
}

static void names_cannot_be_guessed_without_the_key(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *key = mem_printf("%s/published.key", f->config.work_dir);
	CLEANUP(free_ptr) char *one = published(f, "a kernel", ".zImage"), *two = NULL;
	CLEANUP(free_ptr) char *moved = mem_printf("%s/key", f->dir);
	char hex[HASH_HEX_LEN], *name = NULL;
	struct stat st;

	hash_data("a kernel", 8, hex);
	assert_int_not_equal(strncmp(one, hex, 64), 0);
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	assert_int_equal(rename(key, moved), 0);
	two = published(f, "a kernel", ".zImage"); /* as another lab would */
	assert_string_not_equal(one, two);
	free_ptr(&two);
	assert_int_equal(rename(moved, key), 0);
	two = published(f, "a kernel", ".zImage"); /* a restart keeps it */
	assert_string_equal(one, two);
	assert_int_equal(chmod(key, 0640), 0);
	assert_int_equal(publish_file(&f->config, key, ".x", &name, &f->err), -EACCES);
	assert_int_equal(truncate(key, 5), 0);
	assert_int_equal(chmod(key, 0600), 0);
	assert_int_equal(publish_file(&f->config, key, ".x", &name, &f->err), -EBADMSG);
}

static void nothing_else_is_served(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *name = published(f, "a kernel", ".zImage");
	CLEANUP(free_ptr) char *secret = a_file(f, "plain", "secret");
	CLEANUP(free_ptr) char *inside = path_of(f, "plain"), *hex = mem_strdup(name);
	CLEANUP(free_ptr) char *readme = path_of(f, "README");
	CLEANUP(free_ptr) char *link = NULL;
	CLEANUP(free_ptr) char *folder = NULL;
	CLEANUP(free_ptr) char *fifo = NULL;
	CLEANUP(free_ptr) char *post = mem_printf("POST /%s HTTP/1.1\r\nContent-Length: 0", name);
	CLEANUP(free_ptr) char *reply = web_ask(&f->web, post);

	assert_int_equal(web_status(reply), 405);
	assert_int_equal(symlink(secret, inside), 0);
	hex[64] = '\0';
	link = mem_printf("%.63s0.x", hex);
	folder = mem_printf("%.63s1.x", hex);
	fifo = mem_printf("%.63s2.x", hex);
	for (int i = 0; i < 3; i++) {
		CLEANUP(free_ptr) char *path = path_of(f, i == 0 ? link : i == 1 ? folder : fifo);

		assert_int_equal(i == 0	  ? symlink(secret, path)
				 : i == 1 ? mkdir(path, 0755)
					  : mkfifo(path, 0644),
				 0);
	}
	OK(fs_write(readme, "secret", 6, &f->err));
	is_refused(f, "README", 404);
	is_refused(f, link, 404);
	is_refused(f, folder, 404);
	is_refused(f, fifo, 404);
	is_refused(f, "", 404);
	is_refused(f, "plain", 404);
	is_refused(f, hex, 404); /* without its suffix */
	is_refused(f, "../published.key", 400);
	is_refused(f, "%2e%2e/published.key", 400);
	is_refused(f, "published.key", 404);
	is_refused(f, ".new", 404);
	is_refused(f, ".", 404);
}

static void a_link_in_place_of_the_file_is_followed_once_and_a_folder_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *file = a_file(f, "kernel", "a kernel");
	CLEANUP(free_ptr) char *link = mem_printf("%s/link", f->dir);
	CLEANUP(free_ptr) char *none = mem_printf("%s/none", f->dir);
	CLEANUP(free_ptr) char *name = NULL;
	CLEANUP(free_ptr) char *reply = NULL;
	char *bad = NULL;

	assert_int_equal(symlink(file, link), 0);
	OK(publish_file(&f->config, link, ".x", &name, &f->err));
	assert_int_equal(unlink(file), 0);
	reply = ask(f, name, "");
	assert_string_equal(web_body(reply), "a kernel");
	assert_true(publish_file(&f->config, f->dir, ".x", &bad, &f->err) < 0);
	assert_int_equal(publish_file(&f->config, none, ".x", &bad, &f->err), -ENOENT);
	assert_null(bad);
}

static void a_suffix_leads_nowhere(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "/x", "./x", ".x/../y", "..", ".a b", "x", ".\n" };
	CLEANUP(free_ptr) char *file = a_file(f, "kernel", "a kernel");
	CLEANUP(free_ptr) char *name = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(publish_file(&f->config, file, bad[i], &name, &f->err), -EINVAL);
	OK(publish_file(&f->config, file, ".cpio.gz", &name, &f->err));
}

static void the_sweep_takes_what_is_old_and_named_by_nobody(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *kept = published(f, "kept", ".x");
	CLEANUP(free_ptr) char *gone = published(f, "gone", ".x");
	CLEANUP(free_ptr) char *foreign = path_of(f, "README"), *half = path_of(f, ".new.tmp77");
	CLEANUP(strv_done) struct strv keep = { 0 };
	const int64_t now = clock_now();

	OK(fs_write(foreign, "x", 1, &f->err));
	OK(fs_write(half, "x", 1, &f->err));
	strv_add(&keep, kept);
	assert_int_equal(publish_sweep(&f->config, now - 100, &keep, &f->err), 1); /* the half */
	assert_int_equal(files_in(f), 3);
	assert_int_equal(publish_sweep(&f->config, now + 100, &keep, &f->err), 1);
	is_refused(f, gone, 404);
	assert_int_equal(files_in(f), 2);
	assert_true(fs_exists(foreign));
}

static void what_is_published_again_is_young_again(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *one = published(f, "kernel", ".x"), *two = NULL;
	CLEANUP(free_ptr) char *other = a_file(f, "other", "kernel");
	const struct timespec wait = { 1, 100000000 };
	const struct strv none = { 0 };

	nanosleep(&wait, NULL);
	OK(publish_file(&f->config, other, ".x", &two, &f->err));
	assert_int_equal(publish_sweep(&f->config, clock_now(), &none, &f->err), 0);
	assert_string_equal(one, two);
}

/* In a child of its own, where the source lies on another disk. */
static int publish_from_elsewhere(struct fixture *f)
{
	CLEANUP(free_ptr) char *other = mem_printf("%s/other", f->dir);
	CLEANUP(free_ptr) char *path = mem_printf("%s/kernel", other);
	CLEANUP(free_ptr) char *name = NULL;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    fs_mkdirs(other, &f->err) < 0 || mount("tmpfs", other, "tmpfs", 0, "size=1m") < 0)
		return 77;
	if (fs_write(path, "a kernel", 8, &f->err) < 0 ||
	    publish_file(&f->config, path, ".x", &name, &f->err) < 0)
		return 1;
	return 0;
}

static void a_file_of_another_disk_is_copied(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *name = NULL;
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(publish_from_elsewhere(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
	assert_int_equal(files_in(f), 1);
	name = published(f, "a kernel", ".x"); /* the same name */
	assert_int_equal(files_in(f), 1);
}

/* Half a megabyte that only its number tells apart. */
static int publish_number(struct fixture *f, const char *from, int i)
{
	CLEANUP(free_ptr) char *text = mem_zalloc(512 << 10);
	CLEANUP(free_ptr) char *path = mem_printf("%s/%d", from, i);
	CLEANUP(free_ptr) char *name = NULL;

	memset(text, 'a' + i % 26, 512 << 10);
	snprintf(text, 16, "%d", i);
	if (fs_write(path, text, 512 << 10, &f->err) < 0)
		return -1;
	return publish_file(&f->config, path, ".x", &name, &f->err);
}

static void publish_for_ever(struct fixture *f, const char *from, int i)
{
	for (; publish_number(f, from, i) == 0; i++)
		;
	fprintf(stderr, "%s\n", f->err.msg);
	_exit(1);
}

/* Each file that has a name is whole: its name is its content's. */
static int all_are_whole(struct fixture *f)
{
	CLEANUP(free_ptr) char *dir = publish_dir(&f->config);
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, e->d_name);
		CLEANUP(free_ptr) char *copy = mem_printf("%s/copy", f->dir);
		CLEANUP(free_ptr) char *name = NULL;

		if (e->d_name[0] == '.')
			continue;
		OK(fs_copy(path, copy, &f->err));
		OK(publish_file(&f->config, copy, ".x", &name, &f->err));
		assert_string_equal(name, e->d_name);
		n++;
	}
	closedir(d);
	return n;
}

static void a_killed_run_leaves_no_half_file_under_a_name(void **state)
{
	struct fixture *f = *state;
	const char *times = getenv("DMALAB_KILLS"), *given = getenv("DMALAB_SEED");
	unsigned int seed = given ? (unsigned int)strtoul(given, NULL, 10) : (unsigned)clock_ms();
	/* /dev/shm: another disk, so that there is something to be cut off */
	CLEANUP(free_ptr) char *shm = mem_printf("/dev/shm/dmalab-publish-%ld", (long)getpid());
	const char *from = fs_mkdirs(shm, &f->err) == 0 ? shm : f->dir;
	CLEANUP(strv_done) struct strv none = { 0 };
	int kills = times ? atoi(times) : 40, whole;

	print_message("DMALAB_SEED=%u\n", seed);
	for (int i = 0; i < kills; i++) {
		const struct timespec wait = { 0, 1000 * (1000 + rand_r(&seed) % 80000) };
		int status = 0;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			publish_for_ever(f, from, 1000 * i);
		nanosleep(&wait, NULL);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
	}
	OK(fs_rmtree(shm, &f->err));
	assert_true(publish_sweep(&f->config, 0, &none, &f->err) >= 0);
	whole = all_are_whole(f);
	print_message("%d kills, %d files\n", kills, whole);
	assert_true(whole > 0);
	assert_int_equal(files_in(f), whole);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_published_file_is_served_by_its_name),
		CASE(the_same_content_has_the_same_name_and_lies_there_once),
		CASE(names_cannot_be_guessed_without_the_key),
		CASE(nothing_else_is_served),
		CASE(a_link_in_place_of_the_file_is_followed_once_and_a_folder_refused),
		CASE(a_suffix_leads_nowhere),
		CASE(the_sweep_takes_what_is_old_and_named_by_nobody),
		CASE(what_is_published_again_is_young_again),
		CASE(a_file_of_another_disk_is_copied),
		CASE(a_killed_run_leaves_no_half_file_under_a_name),
	};

	return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
