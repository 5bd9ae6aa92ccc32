// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "stage/series/mail_head.h"
#include "stage/series/series.h"

/* A folder with in/ for what is read and out/ for the split mails. */
static int setup(void **state)
{
	*state = folder_make();
	sh(*state, "mkdir out; git init -q r; cd r; git config user.name 'A Author';"
		   "git config user.email a@example.com; echo 0 >f; git add f; git commit -qm zero;"
		   "for i in 1 2 3; do echo $i >f; git commit -qam \"x: step $i\"; done");
	return 0;
}

static int teardown(void **state)
{
	folder_done(*state);
	return 0;
}

static int take(const char *dir, const char *file, struct series *s, struct err *err)
{
	CLEANUP(free_ptr) char *path = mem_printf("%s/%s", dir, file);
	CLEANUP(free_ptr) char *out = mem_printf("%s/out", dir);
	const struct series_source src = {
		.path = path, .dir = out, .limit = 1 << 20, .limit_patches = 5, .cancel_fd = -1
	};

	sh(dir, "rm -f out/*");
	return series_read(&src, s, err);
}

static void patches_come_in_the_order_of_their_numbers(void **state)
{
	struct series s = { 0 };
	struct err err = { 0 };

	sh(*state, "cd r; git format-patch -q --cover-letter --thread -o ../p HEAD~3; cd ../p;"
		   "sed -i 's/\\*\\*\\* SUBJECT HERE \\*\\*\\*/the whole/' 0000*;"
		   "cat 0003* 0000* 0001* 0002* >../m");
	assert_int_equal(take(*state, "m", &s, &err), 0);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.name, "the whole");
	assert_true(strlen(s.message_id) > 10);
	for (size_t i = 0; i < s.n; i++) {
		CLEANUP(free_ptr) char *subject = mem_printf("x: step %zu", i + 1);

		assert_int_equal(s.patches[i].number, (int)i + 1);
		assert_string_equal(s.patches[i].subject, subject);
		assert_string_equal(s.patches[i].author, "A Author <a@example.com>");
	}
	series_done(&s);
}

static void a_single_mail_is_a_series_of_one(void **state)
{
	struct series s = { 0 };
	struct err err = { 0 };

	sh(*state, "cd r; git format-patch -1 --stdout >../m");
	assert_int_equal(take(*state, "m", &s, &err), 0);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.name, "x: step 3");
	assert_int_equal(s.patches[0].number, 1);
	series_done(&s);
}

/* sha256sum *.patch | cut -c-64 | sha256sum, as KCIDB says */
static void the_hash_is_kcidbs(void **state)
{
	struct series s = { 0 };
	struct err err = { 0 };

	sh(*state, "cd r; git format-patch -q -o ../p HEAD~2; cat ../p/* >../m");
	assert_int_equal(take(*state, "m", &s, &err), 0);
	sh(*state, "cd out; sha256sum 0001 0002 | cut -c-64 | sha256sum | cut -c-64 >../want");
	{
		CLEANUP(free_ptr) char *script = mem_printf("test \"$(cat want)\" = %s", s.hash);

		sh(*state, script);
	}
	series_done(&s);
}

static void white_space_at_the_end_is_the_patchs(void **state)
{
	struct series s = { 0 };
	struct err err = { 0 };

	sh(*state, "cd r; printf 'a\\n\\n' >g; git add g; git commit -qm g; sed -i '1s/a/b/' g;"
		   "git commit -qam b; git format-patch -1 --no-signature --stdout |"
		   "sed -e :a -e '/^\\n*$/{$d;N;ba' -e '}' >../m; tail -c 3 ../m | grep -q '^ $'");
	assert_int_equal(take(*state, "m", &s, &err), 0);
	sh(*state, "cd r; git reset -q --hard HEAD~1; git am -q ../out/0001");
	series_done(&s);
}

static void the_same_mail_twice_is_one_patch(void **state)
{
	struct series s = { 0 };
	struct err err = { 0 };

	sh(*state,
	   "cd r; git format-patch -q --thread -o ../p HEAD~2; cat ../p/* ../p/0001* >../m");
	assert_int_equal(take(*state, "m", &s, &err), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.total, 2);
	series_done(&s);
	sh(*state, "cat p/0002* >m");
	assert_int_equal(take(*state, "m", &s, &err), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.total, 2);
	series_done(&s);
}

static void refuse(void **state, const char *script, int code, const char *word)
{
	struct series s = { 0 };
	struct err err = { 0 };

	sh(*state, script);
	assert_int_equal(take(*state, "m", &s, &err), code);
	if (!strstr(err.msg, word))
		fail_msg("'%s' is not in '%s'", word, err.msg);
	assert_null(s.patches);
}

static void what_holds_no_patch_is_refused_with_its_reason(void **state)
{
	refuse(state, ": >m", -EINVAL, "empty");
	refuse(state, "printf ' \\n\\n' >m", -EINVAL, "empty");
	refuse(state, "printf 'a\\0b' >m", -EINVAL, "binary");
	refuse(state, "echo '<html><body>x</body></html>' >m", -EINVAL, "no patch");
	refuse(state, "printf 'From: a@b.c\\nSubject: [PATCH] x\\n\\nno diff\\n' >m", -EINVAL,
	       "no patch");
	refuse(state, "cd r; git diff HEAD~1 >../m", -EINVAL, "From:");
	refuse(state, "rm m; mkdir m", -EISDIR, "folder");
	refuse(state, "rmdir m", -ENOENT, "No such file");
	refuse(state, "head -c 1048577 /dev/zero | tr '\\0' x >m", -EFBIG, "larger");
}

static void more_patches_than_the_limit_are_refused(void **state)
{
	refuse(state,
	       "cd r; for i in 1 2 3 4 5 6; do echo n$i >f; git commit -qam n$i; done;"
	       "git format-patch -6 --stdout >../m",
	       -EFBIG, "more than 5");
	refuse(state, "yes 'From nobody Mon Sep 17 00:00:00 2001' | head -n 30 >m", -EFBIG,
	       "more than 25 mails");
}

static void subjects_lose_their_prefixes(void **state)
{
	static const struct {
		const char *in, *out;
		int number, total;
	} cases[] = {
		{ "[PATCH] dma: x", "dma: x", 0, 0 },
		{ "[PATCH v2 03/12] dma: x", "dma: x", 3, 12 },
		{ "[RFC PATCH 0/2] [media] x", "x", 0, 2 },
		{ "Re: [PATCH 1/2] x", "x", 1, 2 },
		{ "[PATCH 5.10 1/3] x", "x", 1, 3 },
		{ "[PATCH net-next 7/3] x", "x", 0, 0 },
		{ "plain 1/2", "plain 1/2", 0, 0 },
		{ "[never closed", "[never closed", 0, 0 },
		{ "", "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int n = -1, m = -1;

		assert_string_equal(mail_subject(cases[i].in, &n, &m), cases[i].out);
		assert_int_equal(n, cases[i].number);
		assert_int_equal(m, cases[i].total);
	}
}

static void the_message_id_is_the_headers(void **state)
{
	static const struct {
		const char *mail, *id;
	} cases[] = {
		{ "From x\nMessage-ID: <a@b>\n\nbody", "a@b" },
		{ "message-id:\n <folded@b>\nX: y\n\n", "folded@b" },
		{ "Subject: x\n\nMessage-ID: <body@b>\n", "" },
		{ "", "" },
		{ "Message-ID:", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP(free_ptr) char *id = mail_message_id(cases[i].mail);

		assert_string_equal(id, cases[i].id);
	}
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(patches_come_in_the_order_of_their_numbers),
		CASE(a_single_mail_is_a_series_of_one),
		CASE(the_hash_is_kcidbs),
		CASE(white_space_at_the_end_is_the_patchs),
		CASE(the_same_mail_twice_is_one_patch),
		CASE(what_holds_no_patch_is_refused_with_its_reason),
		CASE(more_patches_than_the_limit_are_refused),
		cmocka_unit_test(subjects_lose_their_prefixes),
		cmocka_unit_test(the_message_id_is_the_headers),
	};

	return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
