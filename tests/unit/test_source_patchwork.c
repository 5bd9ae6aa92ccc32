// SPDX-License-Identifier: GPL-2.0-or-later
/* Patchwork: what a poll brings, and what stops it. */
#include "patchwork_fixture.h"

static void unknown_project_is_refused(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	l.d.source.project = (char *)"nosuch";
	assert_int_equal(desk_poll(&l.d), -EINVAL);
	desk_says(&l.d, "no project 'nosuch'");
	down(&l);
}

static void with_no_days_only_new_series_come_each_once(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 2, false, "01:00:00.000001");
	desk_brings(&l.d, "");
	desk_brings(&l.d, "");
	series_comes(2, 2, true, "01:10:00.956191");
	desk_brings(&l.d, "2.0@x 2.1@x 2.2@x ");
	assert_non_null(strstr(l.d.origins.v[1], "/project/dma/patch/2.1@x/"));
	assert_int_equal(world->mboxes, 2);
	desk_brings(&l.d, "");
	assert_int_equal(l.d.takes, 0);
	assert_int_equal(world->mboxes, 2);
	/* The server's time less an hour, and without a zone. */
	assert_string_equal(strstr(l.server.seen->last, "since="),
			    strstr(l.server.seen->last, "since=2026-11-23T00%3A"));
	down(&l);
}

static void first_poll_takes_the_days_before_the_newest_event(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	memcpy(world->events[0].date, "2026-11-20", 10);
	memcpy(world->events[1].date, "2026-11-20", 10);
	series_comes(2, 1, false, "02:00:00");
	l.d.source.since_days = 1;
	l.d.source.sweep_s = 0;
	desk_brings(&l.d, "2.1@x ");
	desk_brings(&l.d, ""); /* nor does the sweep bring what is older */
	down(&l);
}

static void event_that_shows_late_is_brought(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "");
	series_comes(3, 1, false, "01:30:00");
	desk_brings(&l.d, "3.1@x ");
	series_comes(2, 1, false, "01:20:00"); /* its transaction took long */
	desk_brings(&l.d, "2.1@x ");
	desk_brings(&l.d, "");
	down(&l);
}

static void series_that_grew_is_fetched_again_and_an_event_twice_is_not(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x ");
	event("series-completed", 500, 1, "01:01:00");
	desk_brings(&l.d, "");
	assert_int_equal(world->mboxes, 1);
	world->series[1].patches = 2;
	event("series-completed", 501, 1, "01:02:00");
	desk_brings(&l.d, "1.1@x 1.2@x ");
	world->series[1].cover = true; /* comes late: Patchwork says nothing about the series */
	event("cover-created", 502, 1, "01:03:00");
	desk_brings(&l.d, "1.0@x ");
	desk_brings(&l.d, "");
	down(&l);
}

static void sweep_finds_what_no_event_told(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "");
	series_comes(2, 1, false, "01:10:00");
	desk_brings(&l.d, "2.1@x ");
	world->series[2].patches = 3;
	world->series[3] = (struct a_series){ .patches = 1 };
	desk_brings(&l.d, "");
	l.d.spec.now += 86400;
	desk_brings(&l.d, "3.1@x 2.1@x 2.2@x 2.3@x ");
	desk_brings(&l.d, "");
	assert_int_equal(l.d.takes, 0);
	down(&l);
}

static void pages_of_events_are_all_read(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	world->per_page = 3;
	desk_brings(&l.d, "");
	for (int i = 1; i <= 10; i++)
		series_comes(i, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x 2.1@x 3.1@x 4.1@x 5.1@x 6.1@x 7.1@x 8.1@x 9.1@x 10.1@x ");
	desk_brings(&l.d, "");
	down(&l);
}

static void what_is_gone_or_senseless_is_noted_and_passed_over(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->series[1].gone = true; /* its mbox */
	series_comes(2, 1, false, "01:01:00");
	world->series[2].broken = true;
	event("series-completed", 300, 39, "01:02:00"); /* is not there at all */
	series_comes(3, 1, false, "01:03:00");
	desk_brings(&l.d, "3.1@x ");
	assert_int_equal(l.d.notes.n, 3);
	assert_non_null(strstr(l.d.notes.v[0], "404"));
	desk_brings(&l.d, "");
	assert_int_equal(l.d.notes.n, 0);
	down(&l);
}

static void trouble_ends_a_poll_and_what_came_before_stays(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x ");
	world->trouble = true;
	world->series[2] = (struct a_series){ .patches = 1 };
	event("series-completed", 21, 2, "01:01:00");
	assert_int_equal(poll_once(&l.d), -EAGAIN);
	assert_int_equal(l.d.mails.n, 1);
	world->trouble = false;
	desk_brings(&l.d, "2.1@x ");
	assert_int_equal(world->mboxes, 2);
	down(&l);
}

/* Series 1 is trouble, and 2 behind it is good: four polls end there, and the fifth goes on. */
static void passed_at_the_fifth(struct pw_lab *l)
{
	series_comes(2, 1, false, "01:01:00");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(poll_once(&l->d), -EAGAIN);
		assert_int_equal(l->d.mails.n, 0);
	}
	desk_brings(&l->d, "2.1@x ");
	assert_int_equal(l->d.notes.n, 1);
	assert_non_null(strstr(l->d.notes.v[0], "put aside after 5 tries"));
	series_comes(3, 1, false, "01:02:00");
	event("series-completed", 400, 1, "01:02:30");
	desk_brings(&l->d, "3.1@x ");
	assert_int_equal(l->d.notes.n, 0);
}

static void series_that_stays_broken_is_put_aside_until_a_sweep(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->series[1].cut = true;
	passed_at_the_fifth(&l);
	l.d.spec.now += 86400;
	desk_brings(&l.d, "1.1@x "); /* the list has it whole */
	down(&l);
}

static void mbox_that_stays_a_page_is_put_aside_until_a_sweep(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->series[1].html = true;
	passed_at_the_fifth(&l);
	l.d.spec.now += 86400;
	desk_brings(&l.d, "");
	assert_int_equal(l.d.notes.n, 0);
	world->series[1].html = false;
	desk_brings(&l.d, "");
	l.d.spec.now += 86400;
	desk_brings(&l.d, "1.1@x ");
	l.d.spec.now += 86400;
	desk_brings(&l.d, "");
	down(&l);
}

static void dead_server_puts_nothing_aside(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	world->dead = true;
	for (int i = 0; i < 9; i++)
		assert_int_equal(poll_once(&l.d), -EAGAIN);
	world->dead = false;
	desk_brings(&l.d, "1.1@x ");
	down(&l);
}

static void numbers_beyond_all_measure_are_no_trouble(void **state)
{
	const char text[] = "{\"n\":[18446744073709551617,-99999999999999999999999,123],"
			    "\"t\":\"18446744073709551617 \\\" 18446744073709551617\"}";
	struct err err = { 0 };
	json_t *j = json_read(text, strlen(text), &err);

	(void)state;
	assert_non_null(j);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(j, "n"), 0)), 0);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(j, "n"), 2)), 123);
	assert_string_equal(json_text(j, "t"), "18446744073709551617 \" 18446744073709551617");
	json_decref(j);
}

static void patchwork_killed_between_batches_loses_nothing(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	for (int i = 1; i <= 9; i++)
		series_comes(i, 200, false, "01:00:00");
	for (int kill = 1; kill <= 4; kill++) {
		l.d.takes = 0;
		l.d.fail_at = kill == 1 ? 1 : 2;
		assert_int_equal(desk_poll(&l.d), -EIO);
	}
	l.d.fail_at = 0;
	assert_int_equal(desk_poll(&l.d), 0);
	for (int s = 1; s <= 9; s++)
		for (int i = 1; i <= 200; i++) {
			char id[32];

			snprintf(id, sizeof(id), "%d.%d@x", s, i);
			assert_true(strv_has(&l.d.mails, id));
		}
	desk_brings(&l.d, "");
	down(&l);
}

static void no_link_leads_to_another_host(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	desk_brings(&l.d, "");
	world->per_page = 2;
	world->other_links = true;
	series_comes(1, 1, true, "01:00:00");
	series_comes(2, 1, false, "01:00:00");
	series_comes(3, 1, false, "01:00:00");
	/* mboxes of series have a place of their own; that of a cover is where the server says */
	desk_brings(&l.d, "1.1@x 2.1@x ");
	assert_int_equal(l.d.notes.n, 1);
	assert_non_null(strstr(l.d.notes.v[0], "another host"));
	down(&l);
}

static void server_without_the_version_is_asked_without_it(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	world->no_version = true;
	desk_brings(&l.d, "");
	series_comes(1, 1, false, "01:00:00");
	desk_brings(&l.d, "1.1@x ");
	assert_non_null(strstr(l.server.seen->last, "GET /api/events/"));
	down(&l);
}

static void other_project_begins_anew(void **state)
{
	struct pw_lab l;

	(void)state;
	up(&l);
	series_comes(1, 1, false, "01:00:00");
	l.d.source.since_days = 1;
	free(l.d.cursor);
	l.d.cursor = mem_strdup("{\"project\":\"before\",\"sweep\":1799999999,\"marks\":{"
				"\"series-created\":\"2030-01-01T00:00:00\","
				"\"series-completed\":\"2030-01-01T00:00:00\"}}");
	desk_brings(&l.d, "1.1@x ");
	down(&l);
}

static void dates_are_the_servers_and_naive(void **state)
{
	char date[PW_DATE_LEN];

	(void)state;
	assert_true(pw_date("2026-11-23T01:19:10.956191", date));
	assert_string_equal(date, "2026-11-23T01:19:10.956191");
	pw_date_minus(date, 3600 * 2);
	assert_string_equal(date, "2026-11-22T23:19:10.956191");
	assert_true(pw_date("2024-03-01T00:00:00Z", date));
	assert_string_equal(date, "2024-03-01T00:00:00");
	pw_date_minus(date, 1);
	assert_string_equal(date, "2024-02-29T23:59:59");
	assert_false(pw_date("2026-11-23", date));
	assert_false(pw_date("garbage", date));
	assert_false(pw_date("", date));
}

/* Answers that a real server gave, where they lie beside the project. */
static void recorded_answers_are_read(void **state)
{
	const char *path = "../shared/samples/patchwork/series_list.body";
	struct pw p = { .url = "http://127.0.0.1:8799" };
	struct buf b = { 0 };
	struct err err = { 0 };
	size_t covers = 0;
	json_t *j;

	(void)state;
	if (fs_read(path, 16 << 20, &b, &err) < 0)
		skip();
	j = json_read(b.data, b.len, &err);
	assert_non_null(j);
	assert_true(json_array_size(j) > 0);
	for (size_t i = 0; i < json_array_size(j); i++) {
		struct pw_series s;

		assert_int_equal(pw_series_read(&p, json_array_get(j, i), &s, &err), 0);
		for (size_t k = 0; k < s.n; k++)
			assert_true(s.patches[k].msgid[0] && s.patches[k].page[0]);
		covers += s.cover.id >= 0;
		assert_int_equal(strlen(s.digest), 64);
		pw_series_done(&s);
	}
	assert_true(covers > 0);
	json_decref(j);
	buf_done(&b);
}

static int no_proxy(void **state)
{
	(void)state;
	unset_proxy();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_project_is_refused),
		cmocka_unit_test(with_no_days_only_new_series_come_each_once),
		cmocka_unit_test(first_poll_takes_the_days_before_the_newest_event),
		cmocka_unit_test(event_that_shows_late_is_brought),
		cmocka_unit_test(series_that_grew_is_fetched_again_and_an_event_twice_is_not),
		cmocka_unit_test(sweep_finds_what_no_event_told),
		cmocka_unit_test(pages_of_events_are_all_read),
		cmocka_unit_test(what_is_gone_or_senseless_is_noted_and_passed_over),
		cmocka_unit_test(trouble_ends_a_poll_and_what_came_before_stays),
		cmocka_unit_test(series_that_stays_broken_is_put_aside_until_a_sweep),
		cmocka_unit_test(mbox_that_stays_a_page_is_put_aside_until_a_sweep),
		cmocka_unit_test(dead_server_puts_nothing_aside),
		cmocka_unit_test(numbers_beyond_all_measure_are_no_trouble),
		cmocka_unit_test(patchwork_killed_between_batches_loses_nothing),
		cmocka_unit_test(no_link_leads_to_another_host),
		cmocka_unit_test(server_without_the_version_is_asked_without_it),
		cmocka_unit_test(other_project_begins_anew),
		cmocka_unit_test(dates_are_the_servers_and_naive),
		cmocka_unit_test(recorded_answers_are_read),
	};

	return cmocka_run_group_tests(tests, no_proxy, NULL);
}
