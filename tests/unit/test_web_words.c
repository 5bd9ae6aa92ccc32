// SPDX-License-Identifier: GPL-2.0-or-later
/* Anybody's words in pages: where cells lead, consoles line by line, and what is hostile. */
#include "web_fixture.h"

#include "web/link.h"

/* A row of columns "name type=value"; "-" holds nothing. The caller's: answer_done(). */
static struct answer row_of(const char *const *columns)
{
	struct answer a = { 0 };

	for (size_t i = 0; columns[i]; i++) {
		const char *equal = strchr(columns[i], '=');
		size_t len = (size_t)(equal - columns[i]);
		bool is_id = len > 3 && strncmp(equal - 3, " id", 3) == 0;
		bool is_int = len > 4 && strncmp(equal - 4, " int", 4) == 0;

		answer_column_add(&a, columns[i],
				  len - (is_id	  ? 3
					 : is_int ? 4
						  : 0),
				  is_id	   ? ANSWER_ID
				  : is_int ? ANSWER_INT
					   : ANSWER_TEXT);
	}
	for (size_t i = 0; columns[i]; i++) {
		const char *value = strchr(columns[i], '=') + 1;
		struct answer_cell *c = answer_cell_add(&a);

		if (strcmp(value, "-") == 0)
			continue;
		c->type = a.columns[i].type;
		if (c->type == ANSWER_INT)
			c->num = atoll(value);
		else
			c->text = mem_strdup(value);
	}
	a.n_rows = 1;
	return a;
}

/* Where the first cell leads; want NULL: nowhere. */
static void leads(const char *want, const char *const *columns)
{
	CLEANUP(answer_done) struct answer a = row_of(columns);
	CLEANUP(free_ptr) char *url = cell_link(&a, 0, 0);

	if (!want != !url || (want && strcmp(want, url) != 0))
		fail_msg("%s leads to %s", columns[0], url ? url : "nowhere");
}
#define LEADS(want, ...) leads(want, (const char *const[]){ __VA_ARGS__, NULL })

static void a_cell_leads_to_what_its_column_names(void **state)
{
	(void)state;
	LEADS("/job/j1", "job id=j1");
	LEADS("/job/j1", "good_job id=j1", "line int=3");
	LEADS("/build/b", "build id=b");
	LEADS("/checkout/c", "base_checkout id=c");
	LEADS("/verdict/v", "verdict id=v");
	LEADS(NULL, "verdict=good");
	LEADS(NULL, "job id=-");
	LEADS(NULL, "commit id=abc");
	LEADS("/issue/aaaa", "signature id=aaaa");
	LEADS("/issue/aaaa", "report=BUG: x", "signature id=aaaa");
	LEADS(NULL, "report=boot", "signature id=-");
	LEADS("/test/a.b", "test=a.b");
	LEADS("/target/virt", "target=virt");
	LEADS("/target/virt", "last_on=virt");
	LEADS("/design/none", "design=none");
	LEADS("/bisection/7", "bisection int=7");
	LEADS("/series/a%2Fb%3Fc@x", "series=dma", "message_id=a/b?c@x");
	LEADS(NULL, "series=dma", "message_id=-");
	LEADS("/verdict/v", "series=dma", "message_id=-", "verdict id=v");
	LEADS("/series/x%25.json?format=html", "message_id=x%.json");
	LEADS("/query/rate", "question=rate");
	LEADS("https://example.org/", "url=https://example.org/");
	LEADS(NULL, "when=x");
}

static void a_subject_leads_to_its_issue_or_test(void **state)
{
	(void)state;
	LEADS("/issue/aaaa", "subject=BUG: x", "kind=new-crash", "signature id=aaaa");
	LEADS("/test/a.b", "subject=a.b", "kind=new-failure", "signature id=-");
	LEADS("/test/a.b", "subject=a.b", "target=virt");
	LEADS(NULL, "subject=pool.c", "kind=build-warning", "signature id=-");
	LEADS(NULL, "subject=boot", "target=virt");
	LEADS(NULL, "subject=Re: a.b", "state=held");
	LEADS("/test/a.b", "what=a.b");
	LEADS(NULL, "what=a.*");
	LEADS(NULL, "what=held mail");
	LEADS("/issue/aaaa111122223333", "what=aaaa111122223333");
}

static void a_line_leads_into_its_part_of_the_log(void **state)
{
	(void)state;
	LEADS("/log/j#L8", "line int=8", "job id=j");
	LEADS("/log/b#L8", "line int=8", "job id=j", "log id=b");
	LEADS("/log/b#L8", "log id=b", "line int=8");
	LEADS("/log/b", "log id=b", "line int=-");
	LEADS("/log/b#L8", "log_line int=8", "build id=b");
	LEADS(NULL, "line int=8", "build id=b");
	LEADS(NULL, "line int=8", "job id=-");
	LEADS("/log/j#L1000", "line int=1000", "job id=j");
	LEADS("/log/j?from=501#L1001", "line int=1001", "job id=j");
	LEADS("/log/j?from=7501#L9000", "line int=9000", "job id=j");
}

/* A boot "jlog" of so many lines, a report from line `from` to `to` in it. */
static void put_console(struct fixture *f, int lines, size_t from, size_t to)
{
	CLEANUP(job_done) struct job j = a_job("jlog", "b3");
	CLEANUP(buf_done) struct buf text = { 0 };

	for (int i = 1; i <= lines; i++)
		if (i == 3)
			buf_add(&text, "nul\0<script>\xff\r\n", 15);
		else
			buf_printf(&text, "line %d of it%s", i, i < lines ? "\n" : "");
	add_oops(&j.oopses, "aaaa111122223333", "BUG: x in sg_page", from);
	j.oopses.v[0].last_line = to;
	j.console = put_file(f, "console", "");
	OK(fs_write(j.console, text.data, text.len, &f->err));
	OK(store_job_put(f->s, &j, &f->err));
}

static void a_console_is_shown_line_by_line(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *html = NULL;

	put_console(f, 12, 5, 6);
	html = written(f, "/log/jlog", "");
	has(html,
	    "<span class=\"line\"><a id=\"L1\" href=\"#L1\" class=\"n\">1</a> line 1 of it\n");
	has(html, " nul\\x00&lt;script&gt;\xef\xbf\xbd\n</span>");
	has(html, "<a class=\"mark\" href=\"/issue/aaaa111122223333\">BUG: x in sg_page</a>\n"
		  "<span class=\"line report\"><a id=\"L5\"");
	has(html, "<span class=\"line report\"><a id=\"L6\"");
	has(html, "<span class=\"line\"><a id=\"L7\"");
	has(html, "<span class=\"line\"><a id=\"L12\"");
	has(html, "Lines 1 to 12 of 12. ");
	has_not(html, "id=\"L13\"");
	has_not(html, ">Later<");
}

static void a_long_console_is_shown_in_parts(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *first = NULL, *middle = NULL, *last = NULL, *behind = NULL;

	put_console(f, 5000, 2490, 2520);
	first = written(f, "/log/jlog", "");
	has(first, "id=\"L2000\"");
	has_not(first, "id=\"L2001\"");
	has(first, "<a href=\"/log/jlog?from=2001\" rel=\"next\">Later</a>");
	has(first, "<a href=\"/log/jlog?from=3001\">Last lines</a>");
	has_not(first, "Earlier");
	middle = written(f, "/log/jlog", "from=2501");
	has(middle, "<pre class=\"console\"><a class=\"mark\"");
	has(middle, "<span class=\"line report\"><a id=\"L2501\"");
	has(middle, "<a href=\"/log/jlog?from=501\" rel=\"prev\">Earlier</a>");
	last = written(f, "/log/jlog", "from=3001");
	has(last, "line 5000 of it\n");
	has_not(last, "Later");
	behind = written(f, "/log/jlog", "from=5001");
	has(behind, "5000 lines in all. ");
	has(behind, "rel=\"prev\"");
}

static void a_console_is_json_with_the_way_to_its_next_part(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *text = NULL;
	json_t *page, *console;

	put_console(f, 2001, 2, 3);
	text = written(f, "/log/jlog.json", "section=console");
	page = json_loads(text, 0, NULL);
	console = json_object_get(json_object_get(page, "sections"), "console");
	assert_int_equal(json_integer_value(json_object_get(console, "first_line")), 1);
	assert_int_equal(json_integer_value(json_object_get(console, "lines")), 2001);
	console = json_object_get(console, "text");
	assert_int_equal(json_array_size(console), 2000);
	assert_string_equal(json_string_value(json_array_get(console, 0)), "line 1 of it");
	assert_string_equal(json_string_value(json_array_get(console, 2)),
			    "nul\\x00<script>\xef\xbf\xbd");
	assert_string_equal(json_string_value(json_object_get(page, "next")),
			    "/log/jlog.json?section=console&from=2001");
	json_decref(page);
}

static void an_issue_shows_its_lines_of_the_console(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *html = NULL, *json = NULL;

	put_console(f, 3000, 1998, 2001);
	html = written(f, "/issue/aaaa1111", "");
	has(html, "<h2><a href=\"#report\">As it was printed</a></h2>");
	has(html, "<pre class=\"console\"><span class=\"line\"><a id=\"L1998\" "
		  "href=\"/log/jlog?from=501#L1998\" class=\"n\">1998</a> line 1998 of it\n");
	has(html, "2001</a> line 2001 of it\n");
	has_not(html, "line 1997 of it");
	has_not(html, "line 2002 of it");
	has_not(html, "class=\"window\"");
	json = written(f, "/issue/aaaa1111.json", "");
	has(json,
	    "\"report\": {\"first_line\": 1998, \"lines\": 3000, \"text\": [\"line 1998 of it\"");
	has(json, "\"next\": null");
}

static void a_log_that_was_not_kept_is_no_error(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *html = written(f, "/log/j6", "");

	has(html, "It was not kept, or not for so long.");
	has(html, "BUG: x in sg_page");
}

/* as it stands in SQL */
#define HOSTILE "</title></a></pre><script>alert(1)</script>\" onload=\"x'' &amp; ]]> \xff\x1b[31m"

static void every_word_is_hostile(struct fixture *f)
{
	static const char *const columns[] = {
		"checkouts SET name",	  "checkouts SET tree_name", "conflicts SET detail",
		"conflicts SET subject",  "builds SET config_name",  "builds SET compiler",
		"builds SET command",	  "diagnostics SET text",    "diagnostics SET file",
		"jobs SET lab",		  "jobs SET reason",	     "tests SET comment",
		"test_paths SET path",	  "issues SET title",	     "issues SET function",
		"series SET name",	  "series SET author",	     "series SET message_id",
		"series SET source",	  "series SET decision",     "tasks SET why",
		"tasks SET tree",	  "verdicts SET name",	     "reasons SET subject",
		"reasons SET detail",	  "reasons SET excerpt",     "reasons SET target",
		"changes SET subject",	  "changes SET why",	     "verdict_texts SET text",
		"outbox SET subject",	  "outbox SET receiver",     "outbox SET why",
		"knowns SET why",	  "knowns SET by",	     "bisections SET subject",
		"bisections SET culprit", "bisections SET tree",     "labs SET trouble",
		"lab_devices SET type",	  "mails SET subject",	     "mails SET sender_name",
		"jobs SET target",	  "outcomes SET target",     "target_health SET target",
	};
	CLEANUP(db_freep) struct db *db = raw_db(f);

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		const char *column = strstr(columns[i], " SET ") + 5;
		CLEANUP(free_ptr)
		char *sql = mem_printf(
			"UPDATE OR IGNORE %s = '%s' || CASE %s WHEN '' THEN '' ELSE %s END",
			columns[i], HOSTILE, column, column);

		OK(db_exec(db, sql, &f->err));
	}
	OK(db_exec(db,
		   "UPDATE mails SET origin = 'javascript:alert(1)';"
		   "UPDATE series SET message_id = '2@x' WHERE num = 2",
		   &f->err));
}

static void is_harmless(const char *text)
{
	has_not(text, "<script>");
	has_not(text, "\" onload");
	has_not(text, "=\"javascript:");
	has_not(text, "\xff");
	has_not(text, "\x1b");
}

static void hostile_words_are_text_in_every_page(void **state)
{
	static const char *const paths[] = {
		"/index",	   "/series",	  "/series/2@x",  "/series/3",	  "/verdicts",
		"/verdict/v2",	   "/verdict/v3", "/checkout/c4", "/checkout/c3", "/build/b3",
		"/log/j6",	   "/log/b3",	  "/job/j6",	  "/tests",	  "/issues",
		"/issue/aaaa1111", "/bisections", "/bisection/1", "/targets",	  "/designs",
		"/labs",	   "/queue",	  "/known",	  "/query/broke", "/query/waiting",
	};
	static const char *const ends[] = { "", ".atom" };
	struct fixture *f = *state;

	every_word_is_hostile(f);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		for (size_t k = 0; k < sizeof(ends) / sizeof(*ends); k++) {
			CLEANUP(free_ptr) char *path = mem_printf("%s%s", paths[i], ends[k]);
			CLEANUP(free_ptr) char *text = written(f, path, "x=%3Cscript%3E%FF");

			is_harmless(text);
			if (k == 0)
				has(text, "alert(1)");
			if (strcmp(path, "/series/2@x") == 0)
				has(text, ">javascript:alert(1)<");
		}
}

static void a_spreadsheet_runs_nothing(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *csv = written(f, "/verdicts.csv", "");

	has(csv, ",\"'=HYPERLINK(\"\"http://x\"\")\",");
}

static void a_hostile_name_is_text_in_its_own_page(void **state)
{
	struct fixture *f = *state;
	CLEANUP(db_freep) struct db *db = raw_db(f);
	CLEANUP(free_ptr) char *html = NULL, *atom = NULL, *json = NULL;

	OK(db_exec(db, "UPDATE test_paths SET path = '\"><script>/a?b#c.json' WHERE num = 1",
		   &f->err));
	html = written(f, "/test/\"><script>/a?b#c.json", "format=html");
	has_not(html, "<script>/a");
	has(html, "<h1>Test &quot;&gt;&lt;script&gt;/a?b#c.json</h1>");
	has(html, "href=\"/test/%22%3E%3Cscript%3E%2Fa%3Fb%23c.json.json\"");
	atom = written(f, "/test/\"><script>/a?b#c.json.atom", "");
	has_not(atom, "<script>");
	has(atom, "href=\"https://lab.example.org/test/%22%3E%3Cscript%3E%2Fa%3Fb%23c.json"
		  "?format=html\"");
	json = written(f, "/test/\"><script>/a?b#c.json.json", "");
	has(json, "\"subject\": \"\\\"><script>/a?b#c.json\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_filled, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_leads_to_what_its_column_names),
		cmocka_unit_test(a_subject_leads_to_its_issue_or_test),
		cmocka_unit_test(a_line_leads_into_its_part_of_the_log),
		TEST(a_console_is_shown_line_by_line),
		TEST(a_long_console_is_shown_in_parts),
		TEST(a_console_is_json_with_the_way_to_its_next_part),
		TEST(an_issue_shows_its_lines_of_the_console),
		TEST(a_log_that_was_not_kept_is_no_error),
		TEST(hostile_words_are_text_in_every_page),
		TEST(a_spreadsheet_runs_nothing),
		TEST(a_hostile_name_is_text_in_its_own_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
