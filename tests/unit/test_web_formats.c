// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages as JSON, CSV and Atom, page by page, and with what lab.yaml knows. */
#include "web_fixture.h"

#include "model/config.h"

static json_t *next_of(struct fixture *f, const char *url, const char *section, json_t **ret_next)
{
	CLEANUP(free_ptr) char *path = mem_strndup(url, strcspn(url, "?"));
	CLEANUP(free_ptr)
	char *text = written(f, path, strchr(url, '?') ? strchr(url, '?') + 1 : "");
	json_t *page = json_loads(text, 0, NULL);
	json_t *rows = json_incref(json_object_get(json_object_get(page, "sections"), section));

	*ret_next = json_incref(json_object_get(page, "next"));
	json_decref(page);
	return rows;
}

static void pages_of_one_row_are_the_whole(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *url = mem_strdup("/series.json?source=lkml&limit=1");
	json_t *next, *all, *whole = next_of(f, "/series.json?source=lkml", "series", &next);

	assert_true(json_is_null(next) && json_array_size(whole) == 4);
	json_decref(next);
	all = json_array();
	for (int i = 0; i < 4; i++) {
		json_t *rows = next_of(f, url, "series", &next);

		assert_int_equal(json_array_size(rows), 1);
		json_array_extend(all, rows);
		json_decref(rows);
		if (i < 3)
			has(json_string_value(next), "/series.json?source=lkml&limit=1&after=");
		else
			assert_true(json_is_null(next));
		mem_set_copy(&url, i < 3 ? json_string_value(next) : "");
		json_decref(next);
	}
	assert_true(json_equal(all, whole));
	json_decref(all);
	json_decref(whole);
}

static void json_is_of_the_documented_shape(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *json = written(f, "/known.json", "limit=1");

	assert_string_equal(json,
			    "{\"next\": \"/known.json?limit=1&after=-4301634561638402\", \"page\": "
			    "\"/known\", \"sections\": {\"known\": [{\"by\": \"ann@x\", "
			    "\"days_left\": 27805, \"ends\": \"2099-12-31T00:00:00+00:00\", "
			    "\"key\": -4301634561638402, \"known\": 2, \"what\": "
			    "\"aaaa111122223333\", \"why\": \"bug 7\"}]}, \"subject\": \"\", "
			    "\"title\": \"Known issues\"}");
}

static void csv_is_of_one_section(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *csv = written(f, "/series/2@x.csv", "section=versions");

	assert_string_equal(csv, "version,when,series,state,reason,message_id,verdict,key\r\n"
				 "2,2023-11-13T18:26:40+00:00,dma: keep <b>the</b> size,fail,"
				 "new-crash BUG: x in sg_page,2@x,v2,2\r\n"
				 "1,2023-11-12T14:40:00+00:00,dma: keep <b>the</b> size,pass,,1@x,"
				 "v1,1\r\n");
}

static void a_feed_is_atom(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *atom = written(f, "/verdicts.atom", "limit=1&kind=pass");

	assert_string_equal(
		atom,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<feed xmlns=\"http://www.w3.org/2005/Atom\">"
		"<title type=\"text\">Verdicts – dmalab</title>"
		"<id>tag:lab.example.org,2026:/verdicts.atom?limit=1&amp;kind=pass</id>"
		"<updated>2023-11-12T17:26:40+00:00</updated>"
		"<author><name>dmalab</name></author>"
		"<link rel=\"self\" type=\"application/atom+xml\" "
		"href=\"https://lab.example.org/verdicts.atom?limit=1&amp;kind=pass\"/>"
		"<link rel=\"alternate\" type=\"text/html\" "
		"href=\"https://lab.example.org/verdicts?limit=1&amp;kind=pass\"/>"
		"<entry><title type=\"text\">pass, dma: keep &lt;b&gt;the&lt;/b&gt; size</title>"
		"<id>tag:lab.example.org,2026:/verdict/v1/1</id>"
		"<updated>2023-11-12T17:26:40+00:00</updated>"
		"<link rel=\"alternate\" href=\"https://lab.example.org/verdict/v1\"/>"
		"<content type=\"text\">when: 2023-11-12T17:26:40+00:00\nkind: pass\n"
		"series: dma: keep &lt;b&gt;the&lt;/b&gt; size\nseconds: 90\nmessage_id: "
		"1@x\nverdict: v1\n"
		"</content></entry></feed>");
}

static void a_page_without_news_has_no_entries(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *atom = written(f, "/labs.atom", "");

	has(atom, "<updated>1970-01-01T00:00:00+00:00</updated>");
	has_not(atom, "<entry>");
}

/* Boot j6 was job 77 of the lab "farm"; its page as HTML, the caller's. */
static char *page_of_job_77(struct fixture *f, const struct config *c, struct seen *s)
{
	CLEANUP(db_freep) struct db *db = raw_db(f);
	struct buf html = { 0 };

	OK(db_exec(db,
		   "INSERT INTO submissions VALUES(1, 'farm', 'smdkc210', 'b3', '', '', '', '', "
		   "'test', NULL, 'ended', 0, 77, 1, 1, 1, 1, 'board-1', 'j6')",
		   &f->err));
	assert_int_equal(see(f, "/job/j6", "", s), 0);
	page_complete(&s->page, c);
	page_html(&s->page, &html);
	return buf_take(&html);
}

static void a_job_of_a_lava_server_leads_there(void **state)
{
	struct lab_config lab = { .name = (char *)"farm",
				  .url = (char *)"https://lava.example.org" };
	const struct config c = { .labs = &lab, .n_labs = 1 };
	CLEANUP(seen_done) struct seen s = { 0 };
	CLEANUP(free_ptr) char *html = page_of_job_77(*state, &c, &s);
	json_t *json = page_json(&s.page), *facts;

	has(html, "<a href=\"https://lava.example.org/scheduler/job/77\">");
	facts = json_array_get(json_object_get(json_object_get(json, "sections"), "facts"), 0);
	assert_string_equal(json_string_value(json_object_get(facts, "lava_url")),
			    "https://lava.example.org/scheduler/job/77");
	assert_string_equal(json_string_value(json_object_get(facts, "target")), "smdkc210");
	assert_true(json_is_integer(json_object_get(facts, "key")));
	json_decref(json);
}

static void a_job_of_no_lava_server_leads_nowhere_else(void **state)
{
	struct lab_config lab = { .name = (char *)"farm" };
	const struct config c = { .labs = &lab, .n_labs = 1 };
	CLEANUP(seen_done) struct seen s = { 0 };
	CLEANUP(free_ptr) char *html = page_of_job_77(*state, &c, &s);

	has(html, "<dt>Lava</dt><dd>77</dd>");
	has_not(html, "Lava url");
	has_not(html, "scheduler");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_filled, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_of_one_row_are_the_whole),
		TEST(json_is_of_the_documented_shape),
		TEST(csv_is_of_one_section),
		TEST(a_feed_is_atom),
		TEST(a_page_without_news_has_no_entries),
		TEST(a_job_of_a_lava_server_leads_there),
		TEST(a_job_of_no_lava_server_leads_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
