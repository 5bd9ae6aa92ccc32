// SPDX-License-Identifier: GPL-2.0-or-later
#include "source_fixture.h"

#include <fcntl.h>
#include <time.h>

static void box_up(struct desk *d, const char *name)
{
	desk_up(d, SOURCE_FOLDER);
	d->source.path = mem_printf("%s/%s", d->dir, name);
	d->spec.now = time(NULL);
}

static void append(const struct desk *d, const char *text)
{
	int fd = open(d->source.path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void append_mail(const struct desk *d, const char *id)
{
	char *mail = desk_mail(id);
	char *text = mem_printf("From a@b Thu Jan  1 00:00:00 1970\n%s\n", mail);

	append(d, text);
	free(mail);
	free(text);
}

static void mbox_brings_what_was_appended(void **state)
{
	struct desk d;

	(void)state;
	box_up(&d, "box");
	append_mail(&d, "1@x");
	append_mail(&d, "2@x");
	desk_brings(&d, "1@x 2@x ");
	assert_string_equal(strstr(d.origins.v[0], "/box"), "/box");
	desk_brings(&d, "");
	assert_int_equal(d.takes, 0);
	append_mail(&d, "3@x");
	desk_brings(&d, "3@x ");
	desk_down(&d);
}

static void mbox_that_was_rewritten_is_read_from_its_start(void **state)
{
	struct desk d;

	(void)state;
	box_up(&d, "box");
	append_mail(&d, "1@x");
	append_mail(&d, "2@x");
	desk_brings(&d, "1@x 2@x ");
	assert_int_equal(truncate(d.source.path, 0), 0);
	append_mail(&d, "4@x"); /* shorter than it was */
	desk_brings(&d, "4@x ");
	assert_int_equal(truncate(d.source.path, 0), 0);
	append_mail(&d, "5@x"); /* as long, and longer */
	append_mail(&d, "6@x");
	desk_brings(&d, "5@x 6@x ");
	desk_down(&d);
}

static void mail_that_is_being_written_waits_for_its_end(void **state)
{
	struct desk d;

	(void)state;
	box_up(&d, "box");
	append_mail(&d, "1@x");
	append(&d, "From a@b Thu Jan  1 00:00:00 1970\nMessage-ID: <2@x>\n\nha");
	desk_brings(&d, "1@x ");
	append(&d, "lf\n\n");
	desk_brings(&d, "2@x ");
	append(&d, "From a@b Thu Jan  1 00:00:00 1970\nMessage-ID: <3@x>\n\nno end");
	desk_brings(&d, "");
	d.spec.now += 60; /* nobody wrote for a minute: that is all there is */
	desk_brings(&d, "3@x ");
	desk_down(&d);
}

static void mbox_killed_between_batches_loses_nothing(void **state)
{
	struct desk d;
	char id[32];

	(void)state;
	box_up(&d, "box");
	for (int i = 0; i < 1300; i++) {
		snprintf(id, sizeof(id), "%d@x", i);
		append_mail(&d, id);
	}
	d.fail_at = 2;
	assert_int_equal(desk_poll(&d), -EIO);
	assert_int_equal(d.mails.n, SOURCE_BATCH);
	d.fail_at = 0;
	assert_int_equal(desk_poll(&d), 0);
	assert_int_equal(d.mails.n, 1300);
	for (int i = 0; i < 1300; i++) {
		snprintf(id, sizeof(id), "%d@x", i);
		assert_string_equal(d.mails.v[i], id);
	}
	desk_down(&d);
}

static void deliver(const struct desk *d, const char *file, const char *id)
{
	char *mail = desk_mail(id), *path = mem_printf("%s/new/%s", d->source.path, file);
	struct err err = { 0 };

	assert_int_equal(fs_write(path, mail, strlen(mail), &err), 0);
	free(mail);
	free(path);
}

static void maildir_up(struct desk *d)
{
	box_up(d, "maildir");
	sh(d->dir, "mkdir -p maildir/new maildir/cur maildir/tmp");
}

static void maildir_brings_each_mail_once_also_when_it_is_read(void **state)
{
	struct desk d;

	(void)state;
	maildir_up(&d);
	deliver(&d, "100.a.host", "1@x");
	desk_brings(&d, "1@x ");
	desk_brings(&d, "");
	assert_int_equal(d.takes, 0);
	sh(d.dir, "mv maildir/new/100.a.host maildir/cur/100.a.host:2,S");
	deliver(&d, "090.b.host", "2@x"); /* an older name, and new all the same */
	desk_brings(&d, "2@x ");
	sh(d.dir, "mv maildir/cur/100.a.host:2,S maildir/cur/100.a.host:2,RS");
	desk_brings(&d, "");
	desk_down(&d);
}

static void maildir_killed_between_batches_loses_nothing(void **state)
{
	struct desk d;
	struct strv all = { 0 };
	char file[32], id[32];

	(void)state;
	maildir_up(&d);
	for (int i = 0; i < 1100; i++) {
		snprintf(file, sizeof(file), "%d.host", i);
		snprintf(id, sizeof(id), "%d@x", i);
		deliver(&d, file, id);
	}
	d.fail_at = 2;
	assert_int_equal(desk_poll(&d), -EIO);
	d.fail_at = 0;
	assert_int_equal(desk_poll(&d), 0);
	assert_int_equal(d.mails.n, 1100);
	for (size_t i = 0; i < d.mails.n; i++)
		if (!strv_has(&all, d.mails.v[i]))
			strv_add(&all, d.mails.v[i]);
	assert_int_equal(all.n, 1100);
	strv_done(&all);
	desk_brings(&d, "");
	desk_down(&d);
}

static void maildir_cursor_is_bounded_and_a_wrong_clock_hides_nothing(void **state)
{
	struct desk d;

	(void)state;
	maildir_up(&d);
	sh(d.dir,
	   "cd maildir/cur; seq 6000 | while read i; do echo \"Message-ID: <$i@x>\" >$i; done");
	assert_int_equal(desk_poll(&d), 0);
	assert_int_equal(d.mails.n, 6000);
	assert_true(strlen(d.cursor) < 200000);
	desk_brings(&d, "");
	free(d.cursor); /* of a file from the future */
	d.cursor = mem_strdup("{\"maildir\":{\"from\":4000000000000000000,\"names\":{"
			      "\"0123456789abcdef\":4000000000000000000}}}");
	memcpy(strstr(d.cursor, "from\":4"), "from\":1", 7);
	deliver(&d, "one", "one@x");
	assert_int_equal(desk_poll(&d), 0);
	deliver(&d, "later", "later@x");
	desk_brings(&d, "later@x ");
	desk_down(&d);
}

static void what_is_no_mailbox_is_refused(void **state)
{
	struct desk d;

	(void)state;
	box_up(&d, "box");
	assert_int_equal(desk_poll(&d), -ENOENT);
	desk_says(&d, "source 'list'");
	sh(d.dir, "mkfifo box");
	assert_int_equal(desk_poll(&d), -EINVAL);
	sh(d.dir, "rm box; mkdir box");
	assert_int_equal(desk_poll(&d), -ENOENT);
	desk_says(&d, "box/cur");
	desk_down(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mbox_brings_what_was_appended),
		cmocka_unit_test(mbox_that_was_rewritten_is_read_from_its_start),
		cmocka_unit_test(mail_that_is_being_written_waits_for_its_end),
		cmocka_unit_test(mbox_killed_between_batches_loses_nothing),
		cmocka_unit_test(maildir_brings_each_mail_once_also_when_it_is_read),
		cmocka_unit_test(maildir_killed_between_batches_loses_nothing),
		cmocka_unit_test(maildir_cursor_is_bounded_and_a_wrong_clock_hides_nothing),
		cmocka_unit_test(what_is_no_mailbox_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
