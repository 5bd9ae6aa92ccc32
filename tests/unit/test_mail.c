// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail_fixture.h"

#include <dirent.h>

#include "mail/address.h"
#include "mail/decode.h"
#include "mail/diff.h"
#include "mail/subject.h"

/* What git says of every fixture: FILE.info, .msg, .patch, .id in the test's folder. */
static const char ask_git[] =
	"export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null LC_ALL=C.UTF-8\n"
	"for f in \"$FIXTURES\"/git/*; do\n"
	"  n=${f##*/}; mkdir s\n"
	"  case $n in *-crlf) cr=strip ;; *) cr=nowarn ;; esac\n"
	"  git mailsplit -b -os -- \"$f\" >/dev/null\n"
	"  git mailinfo --quoted-cr=$cr $MODE $n.msg $n.patch <s/0001 >$n.info\n"
	"  git patch-id --stable <$n.patch | sed '1!d; s/ .*//' >$n.id\n"
	"  rm -r s\n"
	"done\n";

static char *value_of(const struct buf *info, const char *name)
{
	char *copy = strdup(buf_text(info)), *line, *rest = NULL, *ret = NULL;
	size_t len = strlen(name);

	for (line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (!ret && strncmp(line, name, len) == 0 && line[len] == ':')
			ret = strdup(line + len + 1 + (line[len + 1] == ' '));
	free(copy);
	return ret ? ret : strdup("");
}

static int same(const char *file, const char *what, const char *git, const char *ours)
{
	if (strcmp(git, ours) == 0)
		return 1;
	print_error("%s: %s\n  git  '%s'\n  ours '%s'\n", file, what, git, ours);
	return 0;
}

static int compare(const char *dir, const char *file, int flags)
{
	static const char *const ends[] = { "info", "msg", "patch", "id" };
	struct buf text[4] = { 0 }, path = { 0 };
	char *name, *email, *subject;
	struct mail m;
	int good;

	for (int i = 0; i < 4; i++) {
		path.len = 0;
		buf_printf(&path, "%s/%s.%s", dir, file, ends[i]);
		mail_load(path.data, &text[i]);
	}
	path.len = 0;
	buf_printf(&path, "git/%s", file);
	mail_fixture(path.data, flags, &m);
	buf_trim(&text[3]);
	name = value_of(&text[0], "Author");
	email = value_of(&text[0], "Email");
	subject = value_of(&text[0], "Subject");
	good = same(file, "author", name, m.author.name) &
	       same(file, "email", email, m.author.email) & same(file, "name", subject, m.name) &
	       same(file, "message", buf_text(&text[1]), m.message) &
	       same(file, "patch-id", buf_text(&text[3]), m.patch_id);
	if (m.diff_len != text[2].len || memcmp(m.diff, buf_text(&text[2]), m.diff_len) != 0)
		good &= same(file, "patch", buf_text(&text[2]), m.diff) & 0;
	mail_done(&m);
	free(name);
	free(email);
	free(subject);
	buf_done(&path);
	for (int i = 0; i < 4; i++)
		buf_done(&text[i]);
	return good;
}

static void compare_all(const char *mode, int flags)
{
	struct dirent **names;
	char *dir = folder_make(), *here = realpath("tests/fixtures/mail", NULL);
	int n = scandir(MAILS "git", &names, NULL, alphasort), good = 0, all = 0;

	assert_non_null(here);
	assert_true(n > 0);
	setenv("FIXTURES", here, 1);
	setenv("MODE", mode, 1);
	sh(dir, ask_git);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			all++;
			good += compare(dir, names[i]->d_name, flags);
		}
		free(names[i]);
	}
	free(names);
	free(here);
	folder_done(dir);
	assert_true(all > 30);
	assert_int_equal(good, all);
}

static void mails_are_read_as_git_am_reads_them(void **state)
{
	(void)state;
	compare_all("--no-scissors", 0);
}

static void scissors_cut_as_git_am_cuts(void **state)
{
	(void)state;
	compare_all("--scissors", MAIL_SCISSORS);
}

static void subject_gives_number_version_and_words(void **state)
{
	static const struct {
		const char *subject, *name, *prefixes;
		int number, total, version, revision;
		bool answer, resend;
	} cases[] = {
		{ "[PATCH v2 3/7] dma: x", "dma: x", "v2 3/7", 3, 7, 2, 2, false, false },
		{ "[PATCH] x", "x", "", 0, 0, 1, 1, false, false },
		{ "x", "x", "", 0, 0, 1, 1, false, false },
		{ "Re: [PATCH 0/2] x", "x", "0/2", 0, 2, 1, 1, true, false },
		{ "RE [PATCH 1/2] x", "x", "1/2", 1, 2, 1, 1, true, false },
		{ "regulator: x", "regulator: x", "", 0, 0, 1, 1, false, false },
		{ "[PATCHv8 1/3] x", "x", "PATCHv8 1/3", 1, 3, 1, 8, false, false },
		{ "[RFC][PATCH net-next,V3 01/12] x", "x", "RFC net-next V3 01/12", 1, 12, 3, 3,
		  false, false },
		{ "[PATCH 2 of 3 resend] x", "x", "2 of 3 resend", 2, 3, 1, 1, false, true },
		{ "[RESEND PATCH4/5] x (v6)", "x (v6)", "RESEND PATCH4/5", 4, 5, 6, 6, false,
		  true },
		{ "[PATCH 123456/7 v99999] x", "x", "123456/7 v99999", 0, 0, 1, 1, false, false },
		{ "[PATCH 1/0] [ x", "[ x", "1/0", 0, 0, 1, 1, false, false },
		{ "", "", "", 0, 0, 1, 1, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mail m = { 0 };
		struct buf words = { 0 };
		bool answer = subject_read(cases[i].subject, &m);

		for (size_t k = 0; k < m.prefixes.n; k++)
			buf_printf(&words, "%s%s", k > 0 ? " " : "", m.prefixes.v[k]);
		assert_string_equal(m.name, cases[i].name);
		assert_string_equal(buf_text(&words), cases[i].prefixes);
		assert_int_equal(m.number, cases[i].number);
		assert_int_equal(m.total, cases[i].total);
		assert_int_equal(m.version, cases[i].version);
		assert_int_equal(m.revision, cases[i].revision);
		assert_int_equal(answer, cases[i].answer);
		assert_int_equal(m.resend, cases[i].resend);
		buf_done(&words);
		mail_done(&m);
	}
}

static void kind_is_told_from_diff_number_and_answer(void **state)
{
	static const struct {
		const char *subject, *more, *body;
		enum mail_kind kind;
	} cases[] = {
		{ "[PATCH] x", "",
		  "---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", MAIL_PATCH },
		{ "x", "", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", MAIL_PATCH },
		{ "[PATCH] x", "", "---\ndiff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
		  MAIL_PATCH },
		{ "Re: [PATCH] x", "", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", MAIL_COMMENT },
		{ "[PATCH 0/3] x", "", "text\n", MAIL_COVER },
		{ "[PATCH v2 0/3] x", "In-Reply-To: <a@b>\n",
		  "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", MAIL_COVER },
		{ "[PATCH 1/3] x", "", "the diff is missing\n---\n x | 1 +\n", MAIL_OTHER },
		{ "x", "References: <a@b>\n", "text\n", MAIL_COMMENT },
		{ "x", "", "--- a word\n+++ another\n", MAIL_OTHER },
		{ "[PATCH] x", "", "---\ndiff --git a/x b/x\n", MAIL_OTHER },
		{ "[PATCH] x", "", "---\n@@ -1 +1 @@\n-a\n+b\n", MAIL_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf raw = { 0 };
		struct mail m;

		mail_make(&raw, cases[i].subject, "m@x.example", cases[i].more, cases[i].body);
		mail_text(&raw, &m);
		if (m.kind != cases[i].kind)
			fail_msg("case %zu is a %s", i, mail_kind_name(m.kind));
		mail_done(&m);
		buf_done(&raw);
	}
}

static void header_gives_ids_date_and_lists(void **state)
{
	struct buf raw = { 0 };
	struct mail m;

	(void)state;
	mail_make(&raw, "Re: x", "a+b/c \"d\" e@x.example",
		  "In-Reply-To: <3@x.example>\nReferences: <1@x.example>\n\t<2@x.example> "
		  "<3@x.example>\n"
		  "List-Id: A list <dma.list.example>\n",
		  "text\n");
	mail_text(&raw, &m);
	assert_string_equal(m.msgid, "a+b/c \"d\" e@x.example");
	assert_int_equal(m.refs.n, 3);
	assert_string_equal(m.refs.v[0], "3@x.example");
	assert_string_equal(m.refs.v[1], "2@x.example");
	assert_string_equal(m.refs.v[2], "1@x.example");
	assert_int_equal(m.lists.n, 1);
	assert_string_equal(m.lists.v[0], "dma.list.example");
	assert_string_equal(m.date, "2024-06-04T10:11:12+02:00");
	assert_int_equal(m.time, 1717488672);
	assert_string_equal(m.sender.email, "ann@kernel.example");
	assert_string_equal(m.reason, "");
	mail_done(&m);
	buf_done(&raw);
}

static void text_in_any_charset_becomes_utf8(void **state)
{
	static const struct {
		const char *file, *name, *author, *message, *reason;
	} cases[] = {
		{ "odd/utf8-header", "dma: Größe", "Jörg Other", "Pages", "" },
		{ "odd/latin1-header", "dma: Größe", "Jörg Other", "Pages", "" },
		{ "odd/latin1-text", "dma: count pages once", "Ann Other", "Größe\n", "" },
		{ "odd/wrong-charset", "dma: count pages once", "Ann Other", "Größe\n",
		  "the text is not in the charset that it claims" },
		{ "odd/no-charset", "dma: count pages once", "Ann Other",
		  "Gr\xc3\xb6\xc2\x81"
		  "e\n",
		  "" },
		{ "odd/unknown-charset", "dma: count pages once", "Ann Other", "Größe\n",
		  "the text is not in the charset that it claims" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mail m;

		mail_fixture(cases[i].file, 0, &m);
		assert_int_equal(m.kind, MAIL_PATCH);
		assert_string_equal(m.name, cases[i].name);
		assert_string_equal(m.author.name, cases[i].author);
		assert_memory_equal(m.message, cases[i].message, strlen(cases[i].message));
		assert_string_equal(m.reason, cases[i].reason);
		mail_done(&m);
	}
}

static void html_and_signatures_are_no_text(void **state)
{
	struct mail m;

	(void)state;
	mail_fixture("odd/html-beside", 0, &m);
	assert_null(strstr(m.message, "<p>"));
	assert_non_null(strstr(m.message, "plain text"));
	mail_done(&m);
	mail_fixture("odd/signed", 0, &m);
	assert_int_equal(m.kind, MAIL_PATCH);
	assert_null(strstr(m.diff, "PGP"));
	mail_done(&m);
	mail_fixture("odd/nested", 0, &m); /* git 2.39 takes the inner header for text */
	assert_memory_equal(m.message, "Pages", 5);
	assert_non_null(strstr(m.diff, "footer of a list"));
	mail_done(&m);
}

static void pull_request_says_where_to_pull(void **state)
{
	struct mail m;

	(void)state;
	mail_fixture("odd/pull", 0, &m);
	assert_int_equal(m.kind, MAIL_PATCH);
	assert_string_equal(m.pull, "git://git.kernel.example/dma.git tags/dma-6.10");
	mail_done(&m);
}

static void needs_are_read_wherever_they_stand(void **state)
{
	static const char *const others[] = {
		"message-id:20240601.1.bob@writer.example",
		"message-id:a/b+c@x.example",
		"url:https://patchwork.example/project/x/list/?series=12",
		"patch-id:fedcba9876543210fedcba9876543210fedcba98",
		"change-id:20240501-dma-base-9z8y7x:v3",
		"message-id:20240602.2.bob@writer.example",
	};
	struct mail m;

	(void)state;
	mail_fixture("odd/needs", 0, &m);
	assert_string_equal(m.needs.base_commit, "0123456789abcdef0123456789abcdef01234567");
	assert_string_equal(m.needs.change_id, "20240604-dma-count-1a2b3c");
	assert_int_equal(m.needs.others.n, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(m.needs.others.v[i], others[i]);
	mail_done(&m);
}

static void paths_are_those_of_the_diff(void **state)
{
	struct mail m;

	(void)state;
	mail_fixture("git/several-files", 0, &m);
	assert_int_equal(m.paths.n, 3);
	assert_string_equal(m.paths.v[0], "gone");
	assert_string_equal(m.paths.v[1], "kernel/dma/coherent.c");
	assert_string_equal(m.paths.v[2], "kernel/dma/pool.c");
	mail_done(&m);
	mail_fixture("git/rename", 0, &m);
	assert_int_equal(m.paths.n, 2);
	assert_string_equal(m.paths.v[1], "old");
	mail_done(&m);
	mail_fixture("git/mode", 0, &m);
	assert_int_equal(m.paths.n, 1);
	assert_string_equal(m.paths.v[0], "run.sh");
	mail_done(&m);
}

static void copies_by_two_lists_have_one_hash(void **state)
{
	static const char diff[] =
		"---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
	struct buf one = { 0 }, two = { 0 }, other = { 0 };
	struct mail a, b, c;

	(void)state;
	mail_make(&one, "[PATCH] x", "m@x.example", "", diff);
	mail_make(&two, "[PATCH] x", "m@x.example", "List-Id: <second.example>\n", diff);
	buf_str(&two, "_______\nsecond list\n");
	mail_make(&other, "[PATCH] x", "m@x.example", "", diff);
	other.data[other.len - 2] = 'c';
	mail_text(&one, &a);
	mail_text(&two, &b);
	mail_text(&other, &c);
	assert_string_equal(a.hash, b.hash);
	assert_string_not_equal(a.hash, c.hash);
	mail_done(&a);
	mail_done(&b);
	mail_done(&c);
	buf_done(&one);
	buf_done(&two);
	buf_done(&other);
}

static void what_is_cut_is_a_patch_with_a_reason(void **state)
{
	struct mail m;

	(void)state;
	mail_fixture("git/cut-hunk", 0, &m);
	assert_int_equal(m.kind, MAIL_PATCH);
	assert_string_equal(m.reason, "the diff is cut short, or its lines are broken");
	mail_done(&m);
	mail_fixture("git/plain", 0, &m);
	assert_string_equal(m.reason, "");
	mail_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_are_read_as_git_am_reads_them),
		cmocka_unit_test(scissors_cut_as_git_am_cuts),
		cmocka_unit_test(subject_gives_number_version_and_words),
		cmocka_unit_test(kind_is_told_from_diff_number_and_answer),
		cmocka_unit_test(header_gives_ids_date_and_lists),
		cmocka_unit_test(text_in_any_charset_becomes_utf8),
		cmocka_unit_test(html_and_signatures_are_no_text),
		cmocka_unit_test(pull_request_says_where_to_pull),
		cmocka_unit_test(needs_are_read_wherever_they_stand),
		cmocka_unit_test(paths_are_those_of_the_diff),
		cmocka_unit_test(copies_by_two_lists_have_one_hash),
		cmocka_unit_test(what_is_cut_is_a_patch_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
