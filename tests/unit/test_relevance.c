// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit.h"

#include "base/clock.h"
#include "base/mem.h"
#include "model/config.h"
#include "model/mail.h"
#include "stage/relevance/relevance.h"

static void path_below_a_folder_is_meant_by_its_name_and_a_slash(void **state)
{
	(void)state;
	assert_true(relevance_path("kernel/dma/", "kernel/dma/mapping.c"));
	assert_true(relevance_path("kernel/dma/", "kernel/dma/a/b.c"));
	assert_false(relevance_path("kernel/dma/", "kernel/dma.c"));
	assert_false(relevance_path("kernel/dma/", "tools/kernel/dma/x.c"));
	assert_false(relevance_path("kernel/dma", "kernel/dma/mapping.c"));
	assert_true(relevance_path("lib/scatterlist.c", "lib/scatterlist.c"));
	assert_false(relevance_path("lib/scatterlist.c", "lib/scatterlist.cc"));
	assert_false(relevance_path("lib/scatterlist.c", "lib/Scatterlist.c"));
}

static void star_is_any_characters_and_question_mark_is_one(void **state)
{
	(void)state;
	assert_true(relevance_path("arch/*/mm/dma-mapping*.c", "arch/arm/mm/dma-mapping.c"));
	assert_true(relevance_path("arch/*/mm/dma-mapping*.c", "arch/a/b/mm/dma-mapping-x.c"));
	assert_false(relevance_path("arch/*/mm/dma-mapping*.c", "arch/arm/mm/dma-mapping.h"));
	assert_true(relevance_path("*", "anything/at/all"));
	assert_true(relevance_path("*", ""));
	assert_true(relevance_path("drivers/*/videobuf2/", "drivers/media/common/videobuf2/x.c"));
	assert_false(relevance_path("drivers/*/videobuf2/", "drivers/media/videobuf2.c"));
	assert_true(relevance_path("a?c", "abc"));
	assert_true(relevance_path("a?c", "a/c"));
	assert_false(relevance_path("a?c", "ac"));
	assert_true(relevance_path("*.[ch]", "a.[ch]")); /* a bracket is a bracket */
	assert_false(relevance_path("*.[ch]", "a.c"));
	assert_false(relevance_path("", "a"));
}

static void hostile_path_costs_no_more_than_its_length_times_the_globs(void **state)
{
	enum { N = 20000, STARS = 200 };
	char *path = mem_zalloc(N + 1);
	char *glob = mem_zalloc(2 * STARS + 2);
	int64_t began = clock_ms();

	(void)state;
	memset(path, 'a', N);
	for (int i = 0; i < STARS; i++)
		memcpy(glob + 2 * (size_t)i, "*a", 2);
	glob[2 * STARS] = 'b';
	assert_false(relevance_path(glob, path));
	assert_true(clock_ms() - began < 2000);
	free(path);
	free(glob);
}

static void word_is_found_whole_and_whatever_its_case(void **state)
{
	(void)state;
	assert_true(relevance_word("dma_get_sgtable", "use dma_get_sgtable() here"));
	assert_true(relevance_word("dma_get_sgtable", "DMA_Get_SGTable"));
	assert_true(relevance_word("DMA-BUF", "[PATCH] dma-buf: fix"));
	assert_false(relevance_word("dma_get_sgtable", "dma_get_sgtable_attrs()"));
	assert_false(relevance_word("dma_get_sgtable", "__dma_get_sgtable()"));
	assert_false(relevance_word("dma", "dma2"));
	assert_true(relevance_word("dma", "(dma)"));
	assert_true(relevance_word("dma", "xdma dma_x dma")); /* the third */
	assert_false(relevance_word("dma", ""));
	assert_false(relevance_word("", "dma"));
	assert_false(relevance_word("  ", "a  b"));
	assert_true(relevance_word("->sgt", "attach->sgt")); /* no letter at that end */
	assert_false(relevance_word("->sgt", "attach->sgtable"));
	assert_true(relevance_word("dma", "\xe2\x80\x9c"
					  "dma\xe2\x80\x9d"));
}

static void words_are_found_over_a_line_break(void **state)
{
	(void)state;
	assert_true(relevance_word("coherent memory", "of coherent\n  memory."));
	assert_true(relevance_word(" coherent  memory ", "coherent memory"));
	assert_false(relevance_word("coherent memory", "coherentmemory"));
	assert_false(relevance_word("coherent memory", "coherent"));
	assert_false(relevance_word("coherentmemory", "coherent memory"));
}

/* A mail as relevance reads it: lists of strings end with NULL. */
static struct mail mail_of(char *subject, char *message, const char *const *paths,
			   const char *const *lists)
{
	struct mail m = { .subject = subject, .message = message };

	strv_all(&m.paths, paths);
	strv_all(&m.lists, lists);
	return m;
}

static void mail_free(struct mail *m)
{
	strv_done(&m->paths);
	strv_done(&m->lists);
}

static struct mail series[2];
static const struct mail *const mails[] = { &series[0], &series[1] };
static struct strv sources;

static int set_up(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const paths[] = { "kernel/dma/direct.c", "kernel/dma/mapping.c",
					     "lib/x.c", NULL };
	static const char *const lists[] = { "linux-media.vger.kernel.org", NULL };
	static const char *const from[] = { "media", NULL };
	static char cover[] = "[PATCH 0/1] DMA: tables", patch[] = "[PATCH 1/1] mapping: fix";
	static char about[] = "About dma_get_sgtable().", empty[] = "";

	(void)state;
	series[0] = mail_of(cover, about, none, lists);
	series[1] = mail_of(patch, empty, paths, lists);
	strv_all(&sources, from);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mail_free(&series[0]);
	mail_free(&series[1]);
	strv_done(&sources);
	return 0;
}

/* A rule of one name a kind. */
static struct rule_config rule_of(char *name, const char *path, const char *word, const char *list,
				  const char *source)
{
	struct rule_config r = { .name = name };

	if (path)
		strv_add(&r.paths, path);
	if (word)
		strv_add(&r.words, word);
	if (list)
		strv_add(&r.lists, list);
	if (source)
		strv_add(&r.sources, source);
	return r;
}

/* What rule_of() has made. */
static void rules_done(struct config *c)
{
	for (size_t i = 0; i < c->n_rules; i++) {
		strv_done(&c->rules[i].paths);
		strv_done(&c->rules[i].words);
		strv_done(&c->rules[i].lists);
		strv_done(&c->rules[i].sources);
	}
}

static void rule_matches_when_each_kind_that_it_names_has_a_hit(void **state)
{
	char n[] = "n";
	struct rule_config rules[] = {
		rule_of(n, "kernel/dma/", "nosuch", NULL, NULL),
		rule_of(n, "mm/", "dma_get_sgtable", NULL, NULL),
		rule_of(n, "kernel/dma/", "dma_get_sgtable", "other.example.org", NULL),
		rule_of(n, "kernel/dma/", "dma_get_sgtable", NULL, "lkml"),
		rule_of(n, "kernel/dma/", "dma_get_sgtable", "Linux-Media.vger.kernel.org",
			"media"),
		rule_of(n, NULL, "dma", NULL, NULL),
	};
	struct config c = { .rules = rules, .n_rules = 6 };
	struct relevance r;

	(void)state;
	strv_add(&rules[4].paths, "mm/"); /* another of a kind that has a hit */
	relevance_of(&c, mails, 2, &sources, &r);
	assert_int_equal(r.n, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_ptr_equal(r.v[i].rule, &rules[i]);
		assert_int_equal(r.v[i].matches, i >= 4);
		assert_int_equal(r.v[i].misses.n, i < 4);
	}
	assert_ptr_equal(r.rule, &rules[4]);
	assert_true(r.relevant);
	relevance_done(&r);
	rules_done(&c);
}

static void hits_and_misses_are_sentences_for_people(void **state)
{
	char n[] = "n";
	struct rule_config rules[] = {
		rule_of(n, "kernel/dma/", "dma_get_sgtable", "linux-media.vger.kernel.org",
			"media"),
		rule_of(n, "mm/", "alpha", "b.example.org", "lkml"),
		rule_of(n, "lib/", "fix", NULL, NULL),
	};
	struct config c = { .rules = rules, .n_rules = 3 };
	struct relevance r;

	(void)state;
	strv_add(&rules[1].paths, "net/");
	relevance_of(&c, mails, 2, &sources, &r);
	assert_int_equal(r.v[0].hits.n, 4);
	assert_string_equal(r.v[0].hits.v[0], "path kernel/dma/direct.c and 1 more (kernel/dma/)");
	assert_string_equal(r.v[0].hits.v[1],
			    "word dma_get_sgtable (message of \"[PATCH 0/1] DMA: tables\")");
	assert_string_equal(r.v[0].hits.v[2], "list linux-media.vger.kernel.org");
	assert_string_equal(r.v[0].hits.v[3], "source media");
	assert_int_equal(r.v[1].misses.n, 4);
	assert_string_equal(r.v[1].misses.v[0], "no path of: mm/, net/");
	assert_string_equal(r.v[1].misses.v[1], "no word of: alpha");
	assert_string_equal(r.v[1].misses.v[2], "no list of: b.example.org");
	assert_string_equal(r.v[1].misses.v[3], "no source of: lkml");
	assert_string_equal(r.v[2].hits.v[0], "path lib/x.c (lib/)");
	assert_string_equal(r.v[2].hits.v[1], "word fix (subject of \"[PATCH 1/1] mapping: fix\")");
	relevance_done(&r);
	rules_done(&c);
}

static void path_of_several_patches_counts_once(void **state)
{
	char n[] = "n";
	struct rule_config rules[] = { rule_of(n, "kernel/dma/mapping.c", NULL, NULL, NULL) };
	struct config c = { .rules = rules, .n_rules = 1 };
	const struct mail *const twice[] = { &series[1], &series[1] };
	struct relevance r;

	(void)state;
	relevance_of(&c, twice, 2, &sources, &r);
	assert_string_equal(r.v[0].hits.v[0], "path kernel/dma/mapping.c (kernel/dma/mapping.c)");
	relevance_done(&r);
	rules_done(&c);
}

static void without_rules_every_series_is_relevant(void **state)
{
	struct config c = { 0 };
	struct relevance r;

	(void)state;
	relevance_of(&c, mails, 2, &sources, &r);
	assert_true(r.relevant);
	assert_null(r.rule);
	assert_int_equal(r.n, 0);
	relevance_done(&r);
}

static void series_that_no_rule_matches_is_not_relevant(void **state)
{
	char n[] = "n";
	struct rule_config rules[] = { rule_of(n, "mm/", NULL, NULL, NULL) };
	struct config c = { .rules = rules, .n_rules = 1 };
	struct relevance r;

	(void)state;
	relevance_of(&c, mails, 2, &sources, &r);
	assert_false(r.relevant);
	assert_null(r.rule);
	relevance_done(&r);
	rules_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_below_a_folder_is_meant_by_its_name_and_a_slash),
		cmocka_unit_test(star_is_any_characters_and_question_mark_is_one),
		cmocka_unit_test(hostile_path_costs_no_more_than_its_length_times_the_globs),
		cmocka_unit_test(word_is_found_whole_and_whatever_its_case),
		cmocka_unit_test(words_are_found_over_a_line_break),
		cmocka_unit_test(rule_matches_when_each_kind_that_it_names_has_a_hit),
		cmocka_unit_test(hits_and_misses_are_sentences_for_people),
		cmocka_unit_test(path_of_several_patches_counts_once),
		cmocka_unit_test(without_rules_every_series_is_relevant),
		cmocka_unit_test(series_that_no_rule_matches_is_not_relevant),
	};

	return cmocka_run_group_tests_name("relevance", tests, set_up, tear_down);
}
