// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../fixtures/console/fixture.h"
#include "base/mem.h"
#include "console/line.h"
#include "console/oops.h"
#include "console/oops_kind.h"
#include "console/oops_scan.h"
#include "console/prefilter.h"
#include "model/oops.h"

/* A console that is read in pieces. */
struct input {
	const char *text;
	struct oops_list out;
	size_t counted; /* bytes that were read again to be counted */
};

static void keep(void *ctx, struct oops *o)
{
	struct oops_list *l = &((struct input *)ctx)->out;

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = *o;
}

static size_t count(void *ctx, uint64_t from, uint64_t to)
{
	struct input *in = ctx;

	in->counted += (size_t)(to - from);
	return count_newlines(in->text + from, (size_t)(to - from));
}

static void feed(struct input *in, size_t len, size_t step, bool again)
{
	struct oops_scan *s = oops_scan_new(keep, again ? count : NULL, in);
	size_t from = 0, to = 0;

	do {
		to = len - to < step ? len : to + step;
		from += oops_scan_feed(s, in->text + from, to - from, to == len);
	} while (to < len);
	assert_int_equal(from, len);
	oops_scan_free(s);
}

static void assert_same(const struct oops_list *a, const struct oops_list *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_string_equal(a->v[i].title, b->v[i].title);
		assert_string_equal(a->v[i].hash, b->v[i].hash);
		assert_int_equal(a->v[i].first_line, b->v[i].first_line);
		assert_int_equal(a->v[i].last_line, b->v[i].last_line);
	}
}

static void console_in_pieces_gives_what_the_whole_gives(void **state)
{
	static const size_t steps[] = { 1, 7, 100, 5000, 40000, 1 << 20 };
	struct oops_list whole = { 0 };
	struct buf b = { 0 };

	(void)state;
	fixture_load_all(FIXTURES "oops/", "\nLinux version 6.1\n", &b);
	oops_parse(b.data, b.len, &whole);
	assert_true(whole.n > 30);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		for (int again = 0; again < 2; again++) {
			struct input in = { .text = b.data };

			feed(&in, steps[i] == 1 ? 20000 : b.len, steps[i], again);
			if (steps[i] > 1)
				assert_same(&whole, &in.out);
			oops_list_done(&in.out);
		}
	oops_list_done(&whole);
	buf_done(&b);
}

static const char clean[] = "[    1.000000] foo: all is well with all of it\n";
static const char crash[] = "[    2.000000] Unable to handle kernel paging request at 0xdead\n"
			    "[    2.000000] Internal error: Oops: 5 [#1] SMP ARM\n"
			    "[    2.000000] PC is at foo_map+0x68/0x1bc\n"
			    "[    2.000000] ---[ end trace 0000000000000000 ]---\n";

static void clean_console_is_not_read_twice(void **state)
{
	struct input in = { 0 };
	struct buf b = { 0 };

	(void)state;
	fixture_repeat(&b, clean, 3 * OOPS_SCAN_PIECE);
	in.text = b.data;
	feed(&in, b.len, OOPS_SCAN_PIECE, true);
	assert_int_equal(in.out.n, 0);
	assert_int_equal(in.counted, 0);
	buf_done(&b);
}

static void lines_are_counted_when_a_report_comes_at_last(void **state)
{
	size_t n = 4 * OOPS_SCAN_PIECE / strlen(clean) + 1;
	struct input in = { 0 };
	struct buf b = { 0 };

	(void)state;
	fixture_repeat(&b, clean, n * strlen(clean));
	buf_str(&b, crash);
	fixture_repeat(&b, clean, b.len + n * strlen(clean));
	buf_str(&b, crash);
	in.text = b.data;
	feed(&in, b.len, OOPS_SCAN_PIECE, true);
	assert_int_equal(in.out.n, 2);
	assert_int_equal(in.out.v[0].first_line, n + 1);
	assert_int_equal(in.out.v[0].last_line, n + 4);
	assert_int_equal(in.out.v[1].first_line, 2 * n + 5);
	assert_true(in.counted <= b.len);
	oops_list_done(&in.out);
	buf_done(&b);
}

static void line_without_end_is_one_line(void **state)
{
	struct input in = { 0 };
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, clean);
	fixture_repeat(&b, "no end ", 3 * OOPS_SCAN_PIECE);
	buf_str(&b, "\n");
	buf_str(&b, crash);
	in.text = b.data;
	feed(&in, b.len, OOPS_SCAN_PIECE, true);
	assert_int_equal(in.out.n, 1);
	assert_int_equal(in.out.v[0].first_line, 3);
	oops_list_done(&in.out);
	buf_done(&b);
}

/* Milliseconds of processor time for `size` bytes of one text again and again. */
static long ms_of(const char *text, size_t size)
{
	struct input in = { 0 };
	struct buf b = { 0 };
	long start, took;

	fixture_repeat(&b, text, size);
	in.text = b.data;
	start = cpu_ms();
	feed(&in, b.len, OOPS_SCAN_PIECE, true);
	took = cpu_ms() - start;
	oops_list_done(&in.out);
	buf_done(&b);
	return took;
}

static void ten_times_the_input_takes_ten_times_as_long(void **state)
{
	static const char *const texts[] = { crash, "------------[ cut here ]------------\n",
					     "\n",  "x",
					     "BUG", "BUG: KASAN: bad in f\n f+0x1/0x2\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		long small = ms_of(texts[i], FIXTURE_BIG / 20);
		long big = ms_of(texts[i], FIXTURE_BIG / 2);

		/* twice as long for the clock's grain and for who else is at work */
		assert_true(big <= 20 * (small + 20));
	}
}

/* What stands behind a kind's first words where it is known by that alone. */
static const char *number_of(const struct oops_kind *k)
{
	static const char *const x86[] = { "stack segment: ", "divide error: ", "divide_error: ",
					   "invalid opcode: " };
	static const char *const mips[] = { "Kernel unaligned in", "Reserved instruction in" };

	for (size_t i = 0; i < sizeof(x86) / sizeof(*x86); i++)
		if (strncmp(k->starts, x86[i], strlen(x86[i])) == 0)
			return "0000 [#1]";
	for (size_t i = 0; i < sizeof(mips) / sizeof(*mips); i++)
		if (strncmp(k->starts, mips[i], strlen(mips[i])) == 0)
			return "[#1]:";
	return "";
}

static void every_first_line_has_a_literal_that_the_search_finds(void **state)
{
	(void)state;
	for (size_t i = 0; i < oops_kinds_n; i++) {
		const struct oops_kind *k = &oops_kinds[i];
		char line[512];
		const char *literal;
		bool found = false;

		snprintf(line, sizeof(line), "%s%s%s\n", k->starts, k->holds ? k->holds : "",
			 number_of(k));
		for (size_t n = 0; !found && (literal = oops_kind_literal(n)); n++)
			found = strstr(line, literal) != NULL;
		if (!found)
			fail_msg("no literal for '%s'", k->starts);
	}
}

/* A small console is read line by line, a large one where the search says. */
static void search_finds_what_reading_every_line_finds(const char *name)
{
	struct buf file = { 0 }, large = { 0 };
	struct oops_list alone = { 0 }, behind = { 0 };
	size_t at, lines;
	char path[512];

	snprintf(path, sizeof(path), FIXTURES "oops/%s", name);
	fixture_load(path, &file);
	at = fixture_console(&file);
	oops_parse(file.data + at, file.len - at, &alone);
	buf_str(&large, "Linux version 6.1\n");
	fixture_repeat(&large, clean, 60000);
	lines = count_newlines(large.data, large.len);
	buf_add(&large, file.data + at, file.len - at);
	oops_parse(large.data, large.len, &behind);
	if (behind.n != alone.n)
		fail_msg("%s: %zu reports, %zu behind much else", name, alone.n, behind.n);
	for (size_t i = 0; i < alone.n; i++) {
		assert_string_equal(alone.v[i].title, behind.v[i].title);
		assert_string_equal(alone.v[i].hash, behind.v[i].hash);
		assert_int_equal(alone.v[i].first_line + lines, behind.v[i].first_line);
		assert_int_equal(alone.v[i].last_line + lines, behind.v[i].last_line);
	}
	oops_list_done(&alone);
	oops_list_done(&behind);
	buf_done(&file);
	buf_done(&large);
}

static void search_loses_no_report_of_any_kind(void **state)
{
	struct dirent **names;
	int n = scandir(FIXTURES "oops", &names, NULL, alphasort);

	(void)state;
	assert_true(n > 100);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			search_finds_what_reading_every_line_finds(names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static const char *no_literal(size_t i)
{
	(void)i;
	return NULL;
}

static void finds_every_literal(struct prefilter *p)
{
	const char *literal;

	assert_non_null(p);
	for (size_t i = 0; (literal = oops_kind_literal(i)); i++) {
		char line[128];
		int n = snprintf(line, sizeof(line), "a line, %s, its end", literal);

		assert_int_equal(prefilter_next(p, line, 0, (size_t)n), 7 + strlen(literal));
	}
	prefilter_free(p);
}

static void a_database_made_once_needs_no_literals(void **state)
{
	size_t len, again_len;
	char *made = prefilter_serialize(oops_kind_literal, &len);
	char *again = prefilter_serialize(oops_kind_literal, &again_len);

	(void)state;
	assert_non_null(made);
	assert_int_equal(len, again_len);
	assert_memory_equal(made, again, len);
	finds_every_literal(prefilter_new(no_literal, made, len));
	free(made);
	free(again);
}

static void a_database_that_the_library_refuses_is_compiled(void **state)
{
	size_t len;
	char *made = prefilter_serialize(oops_kind_literal, &len);

	(void)state;
	assert_non_null(made);
	finds_every_literal(prefilter_new(oops_kind_literal, made, len - 1));
	made[len / 2] ^= 1;
	finds_every_literal(prefilter_new(oops_kind_literal, made, len));
	finds_every_literal(prefilter_new(oops_kind_literal, "", 1));
	free(made);
}

static void newlines_are_counted_at_any_alignment(void **state)
{
	char text[6000];

	(void)state;
	memset(text, '\n', sizeof(text));
	for (size_t from = 0; from < 20; from++)
		for (size_t len = 0; len < 5900; len += 97)
			assert_int_equal(count_newlines(text + from, len), len);
	memset(text, 'x', sizeof(text));
	text[17] = text[4090] = '\n';
	assert_int_equal(count_newlines(text, sizeof(text)), 2);
}

/* What others put before and behind the kernel's lines. */
static const char *const prefixes[][2] = {
	{ "", "\n" },
	{ "", "\r\n" },
	{ "<4>", "\n" },
	{ "kern  :warn  : ", "\n" },
	{ "Jan 11 22:31:37 host kernel: ", "\n" },
	{ "2024-05-31T12:34:56.789012Z ", "\n" },
	{ "2024-05-31 12:34:56 host kernel: ", "\n" },
	{ "\x1b[1;31m", "\x1b[0m\n" },
	{ "- {\"dt\": \"2024-05-31T12:34:56\", \"lvl\": \"target\", \"msg\": \"", "\"}\n" },
};

static void what_stands_before_the_kernels_words_changes_nothing(void **state)
{
	struct oops_list want = { 0 };
	struct buf file = { 0 };
	char *plain;

	(void)state;
	fixture_load(FIXTURES "oops/arm-null-verbose", &file);
	plain = file.data + fixture_console(&file);
	oops_parse(plain, strlen(plain), &want);
	assert_int_equal(want.n, 1);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		struct oops_list got = { 0 };
		char *copy = mem_strdup(plain), *save = NULL;
		struct buf b = { 0 };

		for (char *l = strtok_r(copy, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
			buf_str(&b, prefixes[i][0]);
			buf_str(&b, l);
			buf_str(&b, prefixes[i][1]);
		}
		oops_parse(b.data, b.len, &got);
		assert_same(&want, &got);
		free(copy);
		buf_done(&b);
		oops_list_done(&got);
	}
	buf_done(&file);
	oops_list_done(&want);
}

static struct line stripped(const char *text, char room[LINE_LIMIT])
{
	struct line ln = { .text = text, .len = strlen(text) };

	line_strip(&ln, room);
	return ln;
}

static void prefixes_are_told_from_the_kernels_own_brackets(void **state)
{
	char room[LINE_LIMIT];
	struct line ln;

	(void)state;
	ln = stripped("[  123.456789][  T12]  <IRQ>", room);
	assert_int_equal(ln.context, 12 << 2 | 1);
	assert_true(ln.kernel);
	assert_memory_equal(ln.text, " <IRQ>", ln.len);
	ln = stripped("[<c0123456>] (f) from", room);
	assert_false(ln.kernel);
	assert_int_equal(ln.len, 21);
	ln = stripped("[    1.234567@2] foo", room);
	assert_int_equal(ln.stamp_len, 8);
	assert_memory_equal(ln.text, "foo", 3);
	ln = stripped("kernel BUG at mm/slub.c:1!", room);
	assert_int_equal(ln.len, 26);
	assert_false(ln.kernel);
	ln = stripped("{\"dt\": \"x\", \"lvl\": \"info\", \"msg\": \"BUG: of LAVA's own\"}", room);
	assert_int_equal(ln.len, 0);
	ln = stripped(
		"- {\"dt\": \"x\", \"lvl\": \"target\", \"msg\": \"a \\\\\\\"b\\\\\\\" \\tc\"}",
		room);
	assert_int_equal(ln.len, 8);
	assert_memory_equal(ln.text, "a \"b\" \tc", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(console_in_pieces_gives_what_the_whole_gives),
		cmocka_unit_test(clean_console_is_not_read_twice),
		cmocka_unit_test(lines_are_counted_when_a_report_comes_at_last),
		cmocka_unit_test(line_without_end_is_one_line),
		cmocka_unit_test(ten_times_the_input_takes_ten_times_as_long),
		cmocka_unit_test(every_first_line_has_a_literal_that_the_search_finds),
		cmocka_unit_test(search_loses_no_report_of_any_kind),
		cmocka_unit_test(a_database_made_once_needs_no_literals),
		cmocka_unit_test(a_database_that_the_library_refuses_is_compiled),
		cmocka_unit_test(newlines_are_counted_at_any_alignment),
		cmocka_unit_test(what_stands_before_the_kernels_words_changes_nothing),
		cmocka_unit_test(prefixes_are_told_from_the_kernels_own_brackets),
	};

	return cmocka_run_group_tests_name("oops_scan", tests, NULL, NULL);
}
