// SPDX-License-Identifier: GPL-2.0-or-later
/* What pages carry with them: files, the style sheet's colours, badges, events. */
#include "store_fixture.h"

#include <math.h>

#include "http/http.h"
#include "web/picture.h"
#include "web/web_room.h"

enum { NOW = 1700000000 };

static void answer_free(struct http_answer *a)
{
	free(a->type);
	free(a->etag);
	buf_done(&a->body);
	strv_done(&a->headers);
}

static struct http_request asked_for(const char *path, const char *query)
{
	return (struct http_request){ .method = "GET", .path = path, .query = query };
}

/* --- files --- */

static void a_file_says_what_it_is(void **state)
{
	static const char *const files[][2] = { { "/style.css", "text/css; charset=utf-8" },
						{ "/live.js", "text/javascript; charset=utf-8" },
						{ "/icon.svg", "image/svg+xml" } };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		CLEANUP(answer_free) struct http_answer a = { 0 };
		CLEANUP(buf_done) struct buf want = { 0 };
		CLEANUP(free_ptr) char *path = mem_printf("agent/web/static%s", files[i][0]);
		struct http_request req = asked_for(files[i][0], "");
		struct err err = { 0 };

		assert_true(static_answer(&req, &a));
		assert_int_equal(a.status, 200);
		assert_string_equal(a.type, files[i][1]);
		assert_int_equal(fs_read(path, 1 << 20, &want, &err), 0);
		assert_string_equal(buf_text(&a.body), buf_text(&want));
		assert_int_equal(strlen(a.etag), 16);
		assert_false(a.is_for_ever);
	}
}

static void what_is_no_file_is_somebody_else_s(void **state)
{
	static const char *const paths[] = { "/", "/style.css/", "/static/style.css", "/style.cs" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		CLEANUP(answer_free) struct http_answer a = { 0 };
		struct http_request req = asked_for(paths[i], "");

		assert_false(static_answer(&req, &a));
	}
}

static void a_file_is_kept_for_ever_by_the_name_of_what_it_holds(void **state)
{
	CLEANUP(free_ptr) char *style = static_url("/style.css"), *live = static_url("/live.js");
	CLEANUP(answer_free) struct http_answer a = { 0 }, b = { 0 };
	struct http_request req;

	(void)state;
	assert_int_equal(strncmp(style, "/style.css?v=", 13), 0);
	assert_string_not_equal(strchr(style, '='), strchr(live, '='));
	req = asked_for("/style.css", strchr(style, '?') + 1);
	assert_true(static_answer(&req, &a));
	assert_true(a.is_for_ever);
	req = asked_for("/style.css", strchr(live, '?') + 1); /* of another version */
	assert_true(static_answer(&req, &b));
	assert_false(b.is_for_ever);
}

/* --- colours --- */

/* WCAG 2.1, relative luminance. */
static double luminance(const char *hex)
{
	static const double parts[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;
	unsigned int rgb[3];

	assert_int_equal(sscanf(hex, "#%2x%2x%2x", &rgb[0], &rgb[1], &rgb[2]), 3);
	for (int i = 0; i < 3; i++) {
		double c = rgb[i] / 255.0;

		sum += parts[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double contrast(const char *scheme, const char *name, const char *ground)
{
	CLEANUP(free_ptr) char *a = mem_printf("--%s: ", name), *b = mem_printf("--%s: ", ground);
	const char *x = strstr(scheme, a), *y = strstr(scheme, b);
	double l, m;

	if (!x || !y)
		fail_msg("the style sheet has no %s or %s", name, ground);
	l = luminance(x + strlen(a));
	m = luminance(y + strlen(b));
	return (fmax(l, m) + 0.05) / (fmin(l, m) + 0.05);
}

static void colours_can_be_read_in_both_schemes(void **state)
{
	static const struct {
		const char *name, *ground;
		double least; /* 4.5 of text, 3 of shapes: WCAG 2.1, 1.4.3 and 1.4.11 */
	} pairs[] = {
		{ "text", "ground", 7 },	{ "text", "panel", 7 },
		{ "text", "ground-bad", 4.5 },	{ "text", "ground-good", 4.5 },
		{ "text", "ground-note", 4.5 }, { "dim", "ground", 4.5 },
		{ "dim", "panel", 4.5 },	{ "dim", "ground-bad", 4.5 },
		{ "dim", "ground-note", 4.5 },	{ "link", "ground", 4.5 },
		{ "link", "panel", 4.5 },	{ "link", "ground-bad", 4.5 },
		{ "link", "ground-note", 4.5 }, { "good", "ground", 4.5 },
		{ "good", "panel", 4.5 },	{ "good", "ground-good", 3 },
		{ "good", "ground-bad", 3 },	{ "good", "ground-note", 3 },
		{ "bad", "ground", 4.5 },	{ "bad", "panel", 4.5 },
		{ "bad", "ground-bad", 4.5 },	{ "bad", "ground-good", 3 },
		{ "bad", "ground-note", 3 },	{ "crash", "ground", 3 },
		{ "crash", "ground-good", 3 },	{ "crash", "ground-bad", 3 },
		{ "warn", "ground", 4.5 },	{ "warn", "panel", 4.5 },
		{ "warn", "ground-note", 3 },	{ "run", "ground", 4.5 },
		{ "run", "panel", 4.5 },	{ "run", "ground-good", 3 },
		{ "none", "ground", 3 },	{ "none", "ground-good", 3 },
		{ "none", "ground-note", 3 },	{ "bad", "bar", 2 },
	};
	CLEANUP(buf_done) struct buf css = { 0 };
	struct err err = { 0 };
	const char *dark;

	(void)state;
	assert_int_equal(fs_read("agent/web/static/style.css", 1 << 20, &css, &err), 0);
	dark = strstr(buf_text(&css), "prefers-color-scheme: dark");
	assert_non_null(dark);
	for (size_t i = 0; i < 2 * sizeof(pairs) / sizeof(*pairs); i++) {
		const char *scheme = i % 2 ? dark : buf_text(&css);
		double c = contrast(scheme, pairs[i / 2].name, pairs[i / 2].ground);

		if (c < pairs[i / 2].least)
			fail_msg("%s on %s, %s: %.2f", pairs[i / 2].name, pairs[i / 2].ground,
				 i % 2 ? "dark" : "light", c);
	}
}

/* --- badges --- */

static void has(const struct buf *b, const char *what)
{
	if (!strstr(buf_text(b), what))
		fail_msg("no '%s' in:\n%.2000s", what, buf_text(b));
}

static void a_badge_is_of_its_state_s_colour(void **state)
{
	static const char *const cases[][2] = {
		{ "pass", "#1a7f37" },		{ "good", "#1a7f37" },
		{ "fail", "#b3261e" },		{ "crash", "#8b0f5c" },
		{ "bad on 2 of 6", "#b3261e" }, { "unknown", "#57606a" },
		{ "passable", "#57606a" },	{ "", "#57606a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP(buf_done) struct buf b = { 0 };

		picture_badge("dmalab", cases[i][0], &b);
		has(&b, cases[i][1]);
		has(&b, "role=\"img\"");
	}
}

static void a_badge_of_anything_is_small(void **state)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	char label[400];

	(void)state;
	memset(label, '<', sizeof(label));
	label[sizeof(label) - 1] = '\0';
	picture_badge(label, "<script>", &b);
	assert_null(strstr(buf_text(&b), "<script"));
	has(&b, "&lt;script&gt;</text>");
	assert_true(b.len < 1200);
	assert_true(atoi(strstr(buf_text(&b), " width=\"") + 8) < 400);
}

static void fill(struct fixture *f)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(buf_done) struct buf sql = { 0 };

	OK(fs_read("tests/queries/store.sql", 1 << 20, &sql, &f->err));
	OK(db_exec(db, buf_text(&sql), &f->err));
}

static void badge_says(struct fixture *f, const char *path, int status, const char *title)
{
	CLEANUP(answer_free) struct http_answer a = { 0 };
	struct http_request req = asked_for(path, "");

	badge_answer(f->s, &req, NOW, &a);
	if (a.status != status)
		fail_msg("%s: %d", path, a.status);
	assert_string_equal(a.type, "image/svg+xml");
	assert_int_equal(a.etag != NULL, status == 200);
	has(&a.body, title);
}

static void a_badge_says_how_a_thing_stands(void **state)
{
	fill(*state);
	badge_says(*state, "/badge/series/1.svg", 200, "<title>dmalab: pass</title>");
	badge_says(*state, "/badge/series/2@x.svg", 200, "<title>dmalab: running</title>");
	badge_says(*state, "/badge/test/vb2.import.svg", 200,
		   "<title>vb2.import: bad on 1 of 3</title>");
}

static void a_badge_of_what_nobody_knows_says_so(void **state)
{
	static const char *const paths[] = {
		"/badge/series/nobody@x.svg",
		"/badge/test/vb2.none.svg",
		"/badge/target/moon.svg",
		"/badge/other/x.svg",
		"/badge/test/.svg",
		"/badge/test/vb2.import",
		"/badge/",
	};

	fill(*state);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		badge_says(*state, paths[i], 404, ": unknown</title>");
}

/* --- events --- */

static void an_event_is_the_store_s_version(void **state)
{
	struct fixture *f = *state;
	CLEANUP(answer_free) struct http_answer a = { 0 }, b = { 0 }, c = { 0 };
	struct http_request req = asked_for("/events", "");

	events_answer(f->s, &req, &a);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.type, "text/event-stream");
	assert_int_equal(strncmp(buf_text(&a.body), "retry: 3000\nid: ", 16), 0);
	has(&a.body, "\ndata: ");
	events_answer(f->s, &req, &b);
	assert_string_equal(buf_text(&a.body), buf_text(&b.body));
	fill(f);
	events_answer(f->s, &req, &c);
	assert_string_not_equal(buf_text(&a.body), buf_text(&c.body));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_says_what_it_is),
		cmocka_unit_test(what_is_no_file_is_somebody_else_s),
		cmocka_unit_test(a_file_is_kept_for_ever_by_the_name_of_what_it_holds),
		cmocka_unit_test(colours_can_be_read_in_both_schemes),
		cmocka_unit_test(a_badge_is_of_its_state_s_colour),
		cmocka_unit_test(a_badge_of_anything_is_small),
		cmocka_unit_test_setup_teardown(a_badge_says_how_a_thing_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(a_badge_of_what_nobody_knows_says_so, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_event_is_the_store_s_version, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
