// SPDX-License-Identifier: GPL-2.0-or-later
/* public-inboxes: real git repositories in the shape of epochs, over HTTP by git's own backend. */
#include "source_fixture.h"

#include <signal.h>
#include <time.h>

#include "mail/mail.h"
#include "stage/source/manifest.h"

struct inbox {
	struct desk d;
	struct run server;
	char *log;
};

static void git_sh(const struct inbox *x, const char *script)
{
	char *all = mem_printf(
		"export GIT_CONFIG_NOSYSTEM=1 HOME=/nonexistent; cd root/list/git; %s", script);

	sh(x->d.dir, all);
	free(all);
}

/* An empty epoch, as public-inbox-init(1) makes it. */
static void epoch_add(const struct inbox *x, int num)
{
	char *script = mem_printf("git init -q --bare %d.git && "
				  "git --git-dir=%d.git symbolic-ref HEAD refs/heads/master",
				  num, num);

	git_sh(x, script);
	free(script);
}

/* Commits `count` mails "FIRST@x", …, one in 60 s, the last one `age` seconds ago. */
static void mails_add(const struct inbox *x, int num, int first, int count, int64_t age)
{
	char *path = mem_printf("%s/import", x->d.dir), *script;
	struct buf b = { 0 };
	struct err err = { 0 };

	for (int i = 0; i < count; i++) {
		char *id = mem_printf("%d@x", first + i), *mail = desk_mail(id);
		int64_t when = DESK_NOW - age - (count - 1 - i) * 60;

		buf_printf(&b, "commit refs/heads/master\ncommitter Ann <ann@x> %lld +0000\n",
			   (long long)when);
		buf_printf(&b, "data 1\nx\n%sdeleteall\n",
			   i == 0 ? "from refs/heads/master^0\n" : "");
		buf_printf(&b, "M 100644 inline m\ndata %zu\n%s\n", strlen(mail), mail);
		free(id);
		free(mail);
	}
	assert_int_equal(fs_write(path, b.data, b.len, &err), 0);
	script = mem_printf("git --git-dir=%d.git rev-parse -q --verify master >/dev/null || "
			    "sed -i '/^from /d' %s; "
			    "git --git-dir=%d.git fast-import --quiet <%s",
			    num, path, num, path);
	git_sh(x, script);
	free(script);
	free(path);
	buf_done(&b);
}

/* A deletion: the commit's tree has `d`. */
static void deletion_add(const struct inbox *x, int num)
{
	char *script = mem_printf(
		"printf 'commit refs/heads/master\\ncommitter Ann <a@x> %d +0000\\ndata 1\\nx\\n"
		"from refs/heads/master^0\\ndeleteall\\nM 100644 inline d\\ndata 3\\nabc\\n' | "
		"git --git-dir=%d.git fast-import --quiet",
		DESK_NOW, num);

	git_sh(x, script);
	free(script);
}

static void inbox_up(struct inbox *x)
{
	char *root, *port, text[16] = "";
	struct buf b = { 0 };

	*x = (struct inbox){ 0 };
	desk_up(&x->d, SOURCE_PUBLIC_INBOX);
	sh(x->d.dir, "mkdir -p root/list/git");
	root = mem_printf("%s/root", x->d.dir);
	port = mem_printf("%s/port", x->d.dir);
	x->log = mem_printf("%s/log", root);
	{
		const char *argv[] = { "python3", "tests/servers/inbox.py", root, port, NULL };
		struct run_spec spec = run_spec_of(argv, 600000);

		assert_int_equal(run_start(&spec, &x->server, &x->d.err), 0);
	}
	for (int i = 0; i < 500 && fs_read(port, 15, &b, &x->d.err) < 0; i++)
		usleep(20000);
	snprintf(text, sizeof(text), "%s", buf_text(&b));
	x->d.source.url = mem_printf("http://127.0.0.1:%s/list", text);
	buf_done(&b);
	free(root);
	free(port);
	epoch_add(x, 0);
}

static void inbox_down(struct inbox *x)
{
	run_abandon(&x->server);
	free(x->log);
	desk_down(&x->d);
}

/* What was asked for since the last call, as one text. */
static char *asked(const struct inbox *x)
{
	struct buf b = { 0 };
	struct err err;

	if (fs_read(x->log, 1 << 20, &b, &err) < 0)
		buf_str(&b, "");
	(void)unlink(x->log);
	return b.data ? buf_take(&b) : mem_strdup("");
}

static void inbox_brings_each_mail_once(void **state)
{
	struct inbox x;
	char *log;

	(void)state;
	inbox_up(&x);
	x.d.source.since_days = 1;
	mails_add(&x, 0, 1, 3, 600);
	desk_brings(&x.d, "1@x 2@x 3@x ");
	log = mem_printf("%s/1@x/", x.d.source.url);
	assert_string_equal(x.d.origins.v[0], log);
	free(log);
	free(asked(&x));
	desk_brings(&x.d, "");
	log = asked(&x);
	assert_string_equal(log, "GET /list/manifest.js.gz\n"); /* git was not asked */
	free(log);
	mails_add(&x, 0, 4, 1, 0);
	desk_brings(&x.d, "4@x ");
	inbox_down(&x);
}

static void first_poll_takes_what_is_young_enough(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 3, 3 * 86400);
	mails_add(&x, 0, 4, 2, 600);
	x.d.source.since_days = 1;
	desk_brings(&x.d, "4@x 5@x ");
	inbox_down(&x);
}

static void with_no_days_only_what_is_new_comes(void **state)
{
	struct inbox x;
	char *count;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 50, 600);
	desk_brings(&x.d, "");
	count = mem_printf(
		"test $(git --git-dir=%s/inboxes/list/0.git rev-list --count master) = 1",
		x.d.config.cache_dir);
	sh(x.d.dir, count); /* nor was more of it fetched */
	free(count);
	mails_add(&x, 0, 51, 2, 7 * 86400); /* old ones that come now are new */
	desk_brings(&x.d, "51@x 52@x ");
	inbox_down(&x);
}

static void first_poll_goes_back_over_epochs_as_far_as_it_must(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 2, 40 * 86400);
	epoch_add(&x, 1);
	mails_add(&x, 1, 3, 1200, 3600);
	epoch_add(&x, 2);
	mails_add(&x, 2, 2000, 1, 0);
	x.d.source.since_days = 30;
	assert_int_equal(desk_poll(&x.d), 0);
	assert_int_equal(x.d.mails.n, 1201);
	assert_string_equal(x.d.mails.v[0], "3@x");
	assert_string_equal(x.d.mails.v[1200], "2000@x");
	inbox_down(&x);
}

static void since_days_may_be_longer_than_there_is_time(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 2, DESK_NOW - 1000); /* 1970 */
	x.d.source.since_days = 36500;
	desk_brings(&x.d, "1@x 2@x ");
	inbox_down(&x);
}

static void inbox_that_is_empty_at_first_brings_all_of_it_later(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	desk_brings(&x.d, "");
	mails_add(&x, 0, 1, 2, 20 * 86400);
	desk_brings(&x.d, "1@x 2@x ");
	inbox_down(&x);
}

static void deletion_brings_nothing_and_stops_nothing(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	x.d.source.since_days = 1;
	mails_add(&x, 0, 1, 1, 60);
	deletion_add(&x, 0);
	mails_add(&x, 0, 2, 1, 0);
	desk_brings(&x.d, "1@x 2@x ");
	deletion_add(&x, 0);
	desk_brings(&x.d, "");
	desk_brings(&x.d, "");
	assert_int_equal(x.d.takes, 0);
	inbox_down(&x);
}

/* git lists the names of a tree's files: the end of a long one must not look like a commit. */
static void names_of_other_files_are_no_commits(void **state)
{
	struct inbox x;
	char *script;

	(void)state;
	inbox_up(&x);
	x.d.source.since_days = 1;
	mails_add(&x, 0, 1, SOURCE_BATCH - 1, 120);
	script = mem_printf("(printf 'commit refs/heads/master\\ncommitter Ann <a@x> %d +0000\\n'; "
			    "printf 'data 1\\nx\\nfrom refs/heads/master^0\\ndeleteall\\n'; "
			    "printf 'M 100644 inline %%0254d\\ndata 3\\nabc\\n' 0; "
			    "printf 'M 100644 inline m\\ndata 19\\nMessage-ID: <odd@x>\\n') | "
			    "git --git-dir=0.git fast-import --quiet",
			    DESK_NOW - 60);
	git_sh(&x, script);
	free(script);
	mails_add(&x, 0, SOURCE_BATCH, 1, 0);
	x.d.fail_at = 3; /* the first take brings the stand alone */
	assert_int_equal(desk_poll(&x.d), -EIO);
	assert_int_equal(x.d.mails.n, SOURCE_BATCH);
	assert_null(strstr(x.d.cursor, "0000000000000000000000000000000000000000"));
	x.d.fail_at = 0;
	assert_int_equal(desk_poll(&x.d), 0);
	assert_int_equal(x.d.mails.n, SOURCE_BATCH + 1);
	inbox_down(&x);
}

static void inbox_killed_between_batches_loses_nothing(void **state)
{
	struct inbox x;
	char id[32];

	(void)state;
	inbox_up(&x);
	x.d.source.since_days = 30;
	mails_add(&x, 0, 0, 1700, 600);
	for (int kill = 1; kill <= 4; kill++) {
		x.d.takes = 0;
		x.d.fail_at = kill == 1 ? 1 : 2;
		assert_int_equal(desk_poll(&x.d), -EIO);
	}
	x.d.fail_at = 0;
	assert_int_equal(desk_poll(&x.d), 0);
	assert_int_equal(x.d.mails.n, 1700);
	for (int i = 0; i < 1700; i++) {
		snprintf(id, sizeof(id), "%d@x", i);
		assert_string_equal(x.d.mails.v[i], id);
	}
	desk_brings(&x.d, "");
	inbox_down(&x);
}

static void new_epoch_is_read_whole_and_the_old_one_to_its_end(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 2, 600);
	desk_brings(&x.d, "");
	mails_add(&x, 0, 3, 1, 60);
	epoch_add(&x, 1);
	desk_brings(&x.d, "3@x "); /* and an epoch may be empty at first */
	mails_add(&x, 1, 4, 2, 86400 * 9);
	desk_brings(&x.d, "4@x 5@x ");
	desk_brings(&x.d, "");
	inbox_down(&x);
}

static void purge_loses_no_mail_that_came_with_it(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	x.d.source.since_days = 1;
	mails_add(&x, 0, 1, 4, 600);
	desk_brings(&x.d, "1@x 2@x 3@x 4@x ");
	git_sh(&x, "git --git-dir=0.git update-ref refs/heads/master master~2"); /* 3 is purged */
	mails_add(&x, 0, 4, 2, 0);
	desk_brings(&x.d, "4@x 5@x "); /* 4 again, with another commit */
	git_sh(&x, "git --git-dir=0.git update-ref -d refs/heads/master");
	mails_add(&x, 0, 5, 2, 0); /* nothing in common any more */
	desk_brings(&x.d, "5@x 6@x ");
	desk_brings(&x.d, "");
	inbox_down(&x);
}

static void mirror_that_is_gone_is_fetched_again(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 30, 600);
	desk_brings(&x.d, "");
	sh(x.d.dir, "rm -r cache");
	mails_add(&x, 0, 31, 2, 0);
	desk_brings(&x.d, "31@x 32@x ");
	inbox_down(&x);
}

static void locks_of_a_killed_git_stop_nothing(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 3, 600);
	desk_brings(&x.d, "");
	sh(x.d.dir, "cd cache/inboxes/list/0.git && touch shallow.lock refs/heads/master.lock");
	mails_add(&x, 0, 4, 1, 0);
	desk_brings(&x.d, "4@x ");
	inbox_down(&x);
}

static void long_mail_is_cut_where_the_parser_sees_it(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 1, 600);
	desk_brings(&x.d, "");
	git_sh(&x, "(printf 'commit refs/heads/master\\ncommitter A <a@x> 1 +0000\\ndata 1\\nx\\n"
		   "from refs/heads/master^0\\nM 100644 inline m\\ndata 20000022\\n"
		   "Message-ID: <long@x>\\n\\n'; head -c 20000000 /dev/zero | tr '\\0' a; echo) | "
		   "git --git-dir=0.git fast-import --quiet");
	mails_add(&x, 0, 2, 1, 0);
	assert_int_equal(desk_poll(&x.d), 0);
	assert_int_equal(x.d.mails.n, 2);
	assert_string_equal(x.d.mails.v[0], "long@x");
	assert_string_equal(x.d.mails.v[1], "2@x");
	inbox_down(&x);
}

static void server_without_a_manifest_is_asked_for_its_epochs(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	mails_add(&x, 0, 1, 2, 600);
	epoch_add(&x, 1);
	mails_add(&x, 1, 3, 1, 60);
	sh(x.d.dir, "touch root/list/no-manifest");
	x.d.source.since_days = 1;
	desk_brings(&x.d, "1@x 2@x 3@x ");
	mails_add(&x, 1, 4, 1, 0);
	desk_brings(&x.d, "4@x ");
	inbox_down(&x);
}

static void what_is_no_inbox_is_refused(void **state)
{
	struct inbox x;

	(void)state;
	inbox_up(&x);
	sh(x.d.dir, "rm -r root/list/git/0.git; touch root/list/no-manifest");
	assert_int_equal(desk_poll(&x.d), -EINVAL);
	desk_says(&x.d, "no public-inbox");
	sh(x.d.dir, "rm root/list/no-manifest");
	assert_int_equal(desk_poll(&x.d), -EINVAL);
	desk_says(&x.d, "no epochs");
	x.d.source.name = (char *)"a/../../list";
	assert_int_equal(desk_poll(&x.d), -EINVAL);
	desk_says(&x.d, "no name for a folder");
	inbox_down(&x);
}

static void manifest_gives_epochs_and_nothing_else(void **state)
{
	const char *text =
		"{\"/a/git/1.git\":{\"fingerprint\":\"0123456789012345678901234567890123456789\"},"
		"\"/a/git/0.git\":{\"fingerprint\":7},\"/a/git/x.git\":{},\"/a/git/12345.git\":{},"
		"\"/a/git/1.git/../2.git\":{},\"/a\":{},\"/a/git/7.gitx\":{}}";
	struct manifest m = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(manifest_read(text, strlen(text), &m, &err), 0);
	assert_int_equal(m.n, 2);
	assert_int_equal(m.v[0].num, 0);
	assert_string_equal(m.v[0].print, "");
	assert_int_equal(m.v[1].num, 1);
	assert_int_equal(strlen(m.v[1].print), 40);
	manifest_done(&m);
	assert_int_equal(manifest_read("[1]", 3, &m, &err), -EINVAL);
	assert_int_equal(manifest_read("{\"a", 3, &m, &err), -EAGAIN);
}

static void gunzip_stops_at_its_limit(void **state)
{
	struct buf packed = { 0 }, b = { 0 };
	struct err err = { 0 };
	char *dir = folder_make(), *path = mem_printf("%s/x", dir);

	(void)state;
	sh(dir, "head -c 3000000 /dev/zero | gzip >x; echo end | gzip >>x");
	assert_int_equal(fs_read(path, 1 << 20, &packed, &err), 0);
	assert_int_equal(gunzip(packed.data, packed.len, 2999999, &b, &err), -EFBIG);
	assert_int_equal(b.len, 0);
	assert_int_equal(gunzip(packed.data, packed.len - 30, 4000000, &b, &err), -EAGAIN);
	assert_int_equal(gunzip(packed.data, packed.len, 4000000, &b, &err), 0);
	assert_int_equal(b.len, 3000004);
	assert_string_equal(b.data + 3000000, "end\n");
	buf_done(&packed);
	buf_done(&b);
	free(path);
	folder_done(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inbox_brings_each_mail_once),
		cmocka_unit_test(first_poll_takes_what_is_young_enough),
		cmocka_unit_test(with_no_days_only_what_is_new_comes),
		cmocka_unit_test(first_poll_goes_back_over_epochs_as_far_as_it_must),
		cmocka_unit_test(since_days_may_be_longer_than_there_is_time),
		cmocka_unit_test(inbox_that_is_empty_at_first_brings_all_of_it_later),
		cmocka_unit_test(deletion_brings_nothing_and_stops_nothing),
		cmocka_unit_test(names_of_other_files_are_no_commits),
		cmocka_unit_test(inbox_killed_between_batches_loses_nothing),
		cmocka_unit_test(new_epoch_is_read_whole_and_the_old_one_to_its_end),
		cmocka_unit_test(purge_loses_no_mail_that_came_with_it),
		cmocka_unit_test(mirror_that_is_gone_is_fetched_again),
		cmocka_unit_test(locks_of_a_killed_git_stop_nothing),
		cmocka_unit_test(long_mail_is_cut_where_the_parser_sees_it),
		cmocka_unit_test(server_without_a_manifest_is_asked_for_its_epochs),
		cmocka_unit_test(what_is_no_inbox_is_refused),
		cmocka_unit_test(manifest_gives_epochs_and_nothing_else),
		cmocka_unit_test(gunzip_stops_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
