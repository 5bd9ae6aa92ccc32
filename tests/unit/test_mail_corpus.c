// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mails of public lists with what git mailinfo made of each, where that corpus lies beside the
 * project ($DMALAB_MAIL_CORPUS, ../shared/corpus/mail); skipped where it does not.
 */
#include "mail_fixture.h"

#include <dirent.h>
#include <jansson.h>
#include <nettle/sha1.h>

#include "mail/mbox.h"

static const char *corpus(void)
{
	const char *dir = getenv("DMALAB_MAIL_CORPUS");

	return dir ? dir : "../shared/corpus/mail";
}

struct tally {
	int mails, messages, names, diffs, scissors; /* mails, and how many of each are git's */
	int with_scissors;
	int boxes, unread;
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* git mailinfo alone leaves the CRs that git mailsplit takes. */
static int same_but_cr(const char *want, const char *got)
{
	for (;; want++) {
		if (*want == '\r')
			continue;
		if (*want != *got)
			return 0;
		if (!*got++)
			return 1;
	}
}

static void tally_mail(const json_t *git, const json_t *cut, const char *raw, size_t len,
		       struct tally *t)
{
	char hex[2 * SHA1_DIGEST_SIZE + 1];
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha;
	struct mail m;

	mail_parse(raw, len, 0, &m);
	sha1_init(&sha);
	sha1_update(&sha, m.diff_len, (const uint8_t *)m.diff);
	sha1_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	t->mails++;
	t->messages += same_but_cr(text_of(git, "message"), m.message);
	t->names += strcmp(text_of(git, "subject"), m.name) == 0;
	t->diffs += strcmp(text_of(git, "patch_sha1"), hex) == 0;
	mail_done(&m);
	if (!cut)
		return;
	mail_parse(raw, len, MAIL_SCISSORS, &m);
	t->with_scissors++;
	t->scissors += strcmp(text_of(cut, "message"), m.message) == 0 &&
		       strcmp(text_of(cut, "subject"), m.name) == 0 &&
		       strcmp(text_of(cut, "author"), m.author.name) == 0;
	mail_done(&m);
}

static void tally_box(const char *expectation, struct tally *t)
{
	size_t len = strlen(expectation) - strlen(".expect.json"), size, i = 0;
	char *path = strndup(expectation, len), *raw;
	json_t *doc = json_load_file(expectation, JSON_ALLOW_NUL, NULL);
	struct err err = { 0 };
	struct mbox box;

	t->boxes++;
	t->unread += !doc;
	if (!doc) {
		free(path);
		return;
	}
	assert_int_equal(mbox_open(&box, path, MAIL_BYTES_MAX, &err), 0);
	for (; mbox_next(&box, &raw, &size, &err) > 0; i++) {
		const json_t *m = json_array_get(json_object_get(doc, "mails"), i);

		/* in CRLF mails the expectation has every CR */
		if (json_object_get(m, "git") && !strstr(path, "crlf"))
			tally_mail(json_object_get(m, "git"), json_object_get(m, "git_scissors"),
				   raw, size, t);
	}
	t->unread +=
		i != json_array_size(json_object_get(doc, "mails")); /* From lines of no time */
	mbox_close(&box);
	json_decref(doc);
	free(path);
}

static void mails_of_public_lists_are_read_as_git_reads_them(void **state)
{
	struct dirent **names;
	struct tally t = { 0 };
	int n = scandir(corpus(), &names, NULL, alphasort);

	(void)state;
	if (n < 0)
		skip();
	for (int i = 0; i < n; i++) {
		struct buf path = { 0 };

		buf_printf(&path, "%s/%s", corpus(), names[i]->d_name);
		if (path.len > 12 && strcmp(path.data + path.len - 12, ".expect.json") == 0)
			tally_box(path.data, &t);
		buf_done(&path);
		free(names[i]);
	}
	free(names);
	print_message("%d mails: %d messages, %d names, %d diffs; %d of %d with scissors\n",
		      t.mails, t.messages, t.names, t.diffs, t.scissors, t.with_scissors);
	assert_true(t.mails > 100);
	assert_true(t.unread * 50 < t.boxes);
	assert_true(t.messages * 100 >= t.mails * 98); /* git there left Latin-1 as it was */
	assert_true(t.names * 1000 >= t.mails * 995);
	assert_true(t.diffs * 100 >= t.mails * 98); /* signatures and encoded CRs stay there */
	assert_int_equal(t.scissors, t.with_scissors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_of_public_lists_are_read_as_git_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
