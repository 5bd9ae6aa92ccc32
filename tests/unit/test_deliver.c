// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks for Patchwork and documents for KCIDB, against a server that behaves and misbehaves. */
#include "deliver_fixture.h"

#include <errno.h>

#define CHECK(state)                                                                               \
	"{\"msgid\":\"1@x\",\"state\":\"" state                                                    \
	"\",\"context\":\"dmalab\",\"description\":\"said\",\"target_url\":\"http://x/v\"}"
#define STANDS(state, description, url)                                                            \
	"{\"id\":1,\"state\":\"" state "\",\"context\":\"dmalab\",\"description\":" description    \
	",\"target_url\":" url "}"
#define OURS(state) STANDS(state, "\"said\"", "\"http://x/v\"")

static int look(struct post_office *o)
{
	o->err = (struct err){ 0 };
	return deliver_look(&o->config, &o->m, -1, &o->err);
}

static enum delivery deliver(struct post_office *o)
{
	o->err = (struct err){ 0 };
	return deliver_send(&o->config, &o->m, -1, &o->err);
}

static void check(struct post_office *o, const char *body)
{
	a_message(o, MESSAGE_CHECK, "media", body);
}

static void check_is_posted_with_the_token_to_its_patch(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("success"));
	assert_int_equal(look(o), 0);
	assert_int_equal(deliver(o), DELIVERY_DONE);
	assert_int_equal(world->posts, 1);
	assert_non_null(strstr(world->posted, "POST /api/patches/7/checks/ "));
	assert_non_null(strstr(world->posted, "Authorization: Token " TOKEN));
	assert_non_null(strstr(world->posted, "\"state\":\"success\""));
	assert_non_null(strstr(world->posted, "\"target_url\":\"http://x/v\""));
}

static void check_that_is_there_is_seen(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	strcpy(world->checks[0], "[" OURS("fail") "]");
	assert_int_equal(look(o), 1);
	strcpy(world->checks[0], "[" OURS("warning") "]");
	assert_int_equal(look(o), 0);
	strcpy(world->checks[0], "[" STANDS("fail", "null", "null") "]");
	assert_int_equal(look(o), 0);
	strcpy(world->checks[0], "[" STANDS("fail", "\" said\\n\"", "\"http://x/v\"") "]");
	assert_int_equal(look(o), 1); /* as the server trims it */
}

static void check_on_a_later_page_is_seen(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	world->pages = 3;
	strcpy(world->checks[2], "[" OURS("fail") "]");
	assert_int_equal(look(o), 1);
	world->pages = 9; /* the list ends before its links do */
	strcpy(world->checks[2], "[]");
	assert_int_equal(look(o), 0);
}

static void pending_never_goes_over_a_conclusive_check(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("pending"));
	assert_int_equal(look(o), 0);
	strcpy(world->checks[0], "[" STANDS("fail", "\"other\"", "null") "]");
	assert_int_equal(look(o), 1);
	strcpy(world->checks[0], "[{\"state\":\"fail\",\"context\":\"another\"}]");
	assert_int_equal(look(o), 0);
}

static void verdict_that_comes_back_is_posted_again_but_not_what_was_tried(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	strcpy(world->checks[0], "[" OURS("fail") "," OURS("success") "]");
	assert_int_equal(look(o), 0);
	o->m.tried = 1; /* its answer was lost, and a newer one of ours went meanwhile */
	assert_int_equal(look(o), 1);
}

static void patch_that_is_not_there_yet_waits(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	strcpy(world->patches, "[]");
	assert_int_equal(look(o), 0);
	assert_int_equal(deliver(o), DELIVERY_LATER);
	assert_office_says(o, "has no patch <1@x> (yet)");
	assert_int_equal(o->err.code, ENOENT); /* other checks go on */
	/* a server that does not know the filter */
	strcpy(world->patches,
	       "[{\"id\":3,\"msgid\":\"<other@x>\"},{\"id\":-1,\"msgid\":\"<1@x>\"}]");
	assert_int_equal(deliver(o), DELIVERY_LATER);
	assert_int_equal(world->posts, 0);
}

static void refusal_says_what_to_do(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	strcpy(world->status, "403 Forbidden");
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	assert_office_says(o, "must be a maintainer of project dma");
	assert_office_says(o, o->token);
	strcpy(world->status, "400 Bad Request");
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	assert_office_says(o, "because");
	assert_int_equal(chmod(o->token, 0644), 0);
	assert_int_equal(deliver(o), DELIVERY_LATER);
	assert_office_says(o, "chmod 600");
	a_message(o, MESSAGE_CHECK, "nowhere", CHECK("fail"));
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	assert_office_says(o, "no source 'nowhere'");
}

static void post_without_an_answer_is_in_doubt_and_one_without_a_connection_is_not(void **state)
{
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	world->status[0] = '\0';
	assert_int_equal(deliver(o), DELIVERY_UNKNOWN);
	assert_int_equal(world->posts, 1); /* never sent twice by itself */
	strcpy(world->status, "502 Bad Gateway");
	assert_int_equal(deliver(o), DELIVERY_UNKNOWN);
	strcpy(world->status, "429 Too Many Requests");
	assert_int_equal(deliver(o), DELIVERY_LATER);
	a_message(o, MESSAGE_KCIDB, "", "{}");
	o->config.report.kcidb_url = (char *)(uintptr_t) "http://127.0.0.1:1/submit";
	assert_int_equal(deliver(o), DELIVERY_LATER);
	assert_int_equal(o->err.code, EAGAIN);
	assert_null(strstr(o->err.msg, "may have been taken"));
}

static void hostile_answers_are_no_list(void **state)
{
	static const char *const bad[] = {
		"", "{", "{}", "7", "[[[[", "[{\"id\":99999999999999999999}]", "[\"\xff\"]",
	};
	struct post_office *o = *state;

	check(o, CHECK("fail"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		strcpy(world->checks[0], bad[i]);
		assert_int_equal(look(o), -EAGAIN);
	}
	strcpy(world->checks[0], "[7,null,[],{},{\"context\":7,\"state\":[]},"
				 "{\"context\":\"dmalab\",\"description\":{}}]");
	assert_int_equal(look(o), 0);
	strcpy(world->patches, "[7,{\"id\":\"7\",\"msgid\":\"<1@x>\"},{\"msgid\":null}]");
	assert_int_equal(deliver(o), DELIVERY_LATER);
}

static void checks_are_the_same_by_server_patch_and_name(void **state)
{
	struct post_office *o = *state;
	struct message other = { 0 };

	check(o, CHECK("fail"));
	other = o->m;
	o->m = (struct message){ 0 };
	check(o, CHECK("pending"));
	assert_true(deliver_same(&o->m, &other));
	set_text(&o->m.to, "elsewhere");
	assert_false(deliver_same(&o->m, &other));
	check(o, "{\"msgid\":\"1@x\",\"context\":\"other\"}");
	assert_false(deliver_same(&o->m, &other));
	check(o, "{\"msgid\":\"2@x\",\"context\":\"dmalab\"}");
	assert_false(deliver_same(&o->m, &other));
	a_message(o, MESSAGE_KCIDB, "media", CHECK("fail"));
	assert_false(deliver_same(&o->m, &other));
	message_done(&other);
}

static void broken_body_is_refused(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{\"msgid\":\"1@x\"}" };
	struct post_office *o = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		check(o, bad[i]);
		assert_int_equal(deliver(o), DELIVERY_REFUSED);
	}
	assert_int_equal(o->server.seen->requests, 0);
}

static void document_goes_into_its_folder_once(void **state)
{
	struct post_office *o = *state;
	CLEANUP(free_ptr) char *folder = mem_printf("%s/kcidb", o->dir);
	CLEANUP(free_ptr) char *path = mem_printf("%s/_._x_y.json", folder);
	struct buf text = { 0 };

	a_message(o, MESSAGE_KCIDB, "", "{\"a\":1}");
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	assert_office_says(o, "neither report.kcidb_dir nor report.kcidb_url");
	o->config.report.kcidb_dir = folder;
	set_text(&o->m.verdict_id, "../x y");
	assert_int_equal(deliver(o), DELIVERY_DONE);
	assert_int_equal(fs_read(path, 100, &text, &o->err), 0);
	assert_string_equal(buf_text(&text), "{\"a\":1}");
	buf_done(&text);
	assert_int_equal(deliver(o), DELIVERY_DONE);
	set_text(&o->m.body, "{}");
	assert_int_equal(deliver(o), DELIVERY_DONE);
	assert_int_equal(fs_read(path, 100, &text, &o->err), 0);
	assert_string_equal(buf_text(&text), "{}");
	buf_done(&text);
	sh(o->dir, "test \"$(ls kcidb)\" = _._x_y.json");
}

static void document_is_posted_with_the_token_as_bearer(void **state)
{
	struct post_office *o = *state;
	CLEANUP(free_ptr) char *url = mem_printf("%s/submit", o->server.url);
	CLEANUP(free_ptr) char *blocked = mem_printf("%s/kcidb", o->token); /* below a file */

	a_message(o, MESSAGE_KCIDB, "", "{\"a\":1}");
	o->config.report.kcidb_url = url;
	o->config.report.kcidb_token_file = o->token;
	assert_int_equal(deliver(o), DELIVERY_DONE);
	assert_non_null(strstr(world->posted, "POST /submit "));
	assert_non_null(strstr(world->posted, "Authorization: Bearer " TOKEN));
	assert_non_null(strstr(world->posted, "{\"a\":1}"));
	assert_int_equal(look(o), -EOPNOTSUPP);
	strcpy(world->status, "401 Unauthorized");
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	assert_office_says(o, "is the token right");
	strcpy(world->status, "200 OK");
	o->config.report.kcidb_dir = blocked;
	assert_int_equal(deliver(o), DELIVERY_LATER); /* the folder first */
	assert_int_equal(world->posts, 2);
}

static void sendmail_gets_mail_and_receivers_and_its_exit_is_heard(void **state)
{
	struct post_office *o = *state;
	CLEANUP(free_ptr)
	char *program = office_file(o, "sendmail",
				    "#!/bin/sh\ncd \"${0%/*}\"\nprintf '%s\\n' \"$@\" >args\n"
				    "cat >mail\necho 'it is\nso' >&2\nexit $(cat code)\n",
				    0755);

	a_message(o, MESSAGE_MAIL, "a@x\n-b@x", "Subject: s\n\n.\nbody\n");
	o->config.report.sendmail = program;
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	assert_office_says(o, "report.from");
	o->config.report.from = (char *)(uintptr_t) "The bot <bot@x>";
	sh(o->dir, "echo 0 >code");
	assert_int_equal(deliver(o), DELIVERY_DONE);
	sh(o->dir, "test \"$(tr '\\n' ' ' <args)\" = '-i -f bot@x -- a@x -b@x '");
	sh(o->dir, "printf 'Subject: s\\n\\n.\\nbody\\n' | cmp - mail");
	sh(o->dir, "echo 75 >code");
	assert_int_equal(deliver(o), DELIVERY_LATER);
	assert_office_says(o, "exit 75: so");
	sh(o->dir, "echo 67 >code");
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
	sh(o->dir, "printf '#!/bin/sh\nkill -9 $$\n' >sendmail");
	assert_int_equal(deliver(o), DELIVERY_UNKNOWN);
	sh(o->dir, "rm sendmail");
	assert_int_equal(deliver(o), DELIVERY_LATER);
	set_text(&o->m.to, "");
	assert_int_equal(deliver(o), DELIVERY_REFUSED);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, office_up, office_down)
	const struct CMUnitTest tests[] = {
		T(check_is_posted_with_the_token_to_its_patch),
		T(check_that_is_there_is_seen),
		T(check_on_a_later_page_is_seen),
		T(pending_never_goes_over_a_conclusive_check),
		T(verdict_that_comes_back_is_posted_again_but_not_what_was_tried),
		T(patch_that_is_not_there_yet_waits),
		T(refusal_says_what_to_do),
		T(post_without_an_answer_is_in_doubt_and_one_without_a_connection_is_not),
		T(hostile_answers_are_no_list),
		T(checks_are_the_same_by_server_patch_and_name),
		T(broken_body_is_refused),
		T(document_goes_into_its_folder_once),
		T(document_is_posted_with_the_token_as_bearer),
		T(sendmail_gets_mail_and_receivers_and_its_exit_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
