// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_fixture.h"

#include "base/mem.h"

/* What comes by itself: sources, rules, the agent's numbers, trees that are fetched. */

#define BEHIND "labs:\n" /* new keys are put before it, from line 35 on */

#define INGEST                                                                                     \
	"sources:\n"                                                                               \
	"  media:\n"                                                                               \
	"    type: patchwork\n"                                                                    \
	"    url: https://patchwork.example.org/pw//\n"                                            \
	"    project: linux-media\n"                                                               \
	"    token_file: secret/token\n"                                                           \
	"    every: 61\n"                                                                          \
	"    overlap: 0\n"                                                                         \
	"    sweep: 600\n"                                                                         \
	"  lkml: { type: public-inbox, url: 'http://127.0.0.1:8080/lkml', since_days: 2 }\n"       \
	"  inbox: { type: folder, path: mails }\n"                                                 \
	"  far: { type: folder, path: /var/mail/x }\n"                                             \
	"relevance:\n"                                                                             \
	"  dma: { paths: [kernel/dma/, 'arch/*/mm/'], words: [dma_get_sgtable], tree: "            \
	"debian-6.12 }\n"                                                                          \
	"  media: { sources: [media, lkml], lists: [linux-media.vger.kernel.org] }\n"

#define NEXT                                                                                       \
	"trees:\n"                                                                                 \
	"  next: { source: 'git:https://git.example.org/next.git' }\n"                             \
	"  old: { source: 'git:file:///srv/k.git', ref: v6.1, depth: 0, every: 5, fetch_s: 7, "    \
	"limit_mb: 9 }\n"

static char *good_ingest;

static int set_up_ingest(void **state)
{
	int r = set_up(state);

	good_ingest = change(good, BEHIND, INGEST BEHIND);
	return r;
}

static int tear_down_ingest(void **state)
{
	free(good_ingest);
	return tear_down(state);
}

static void must_read(const char *text, struct config *c)
{
	struct err err = { 0 };

	if (read_config(text, c, &err) < 0)
		fail_msg("%s", err.msg);
}

static void sources_are_read_in_their_order(void **state)
{
	struct config c = { 0 };
	const struct source_config *s;

	(void)state;
	must_read(good_ingest, &c);
	assert_int_equal(c.n_sources, 4);
	s = &c.sources[0];
	assert_string_equal(s->name, "media");
	assert_int_equal(s->type, SOURCE_PATCHWORK);
	assert_string_equal(s->project, "linux-media");
	assert_null(s->path);
	assert_int_equal(s->every_s, 61);
	assert_int_equal(s->overlap_s, 0);
	assert_int_equal(s->sweep_s, 600);
	s = config_source(&c, "lkml");
	assert_ptr_equal(s, &c.sources[1]);
	assert_int_equal(s->type, SOURCE_PUBLIC_INBOX);
	assert_int_equal(s->since_days, 2);
	assert_null(s->project);
	assert_int_equal(config_source(&c, "inbox")->type, SOURCE_FOLDER);
	assert_null(config_source(&c, "inbox")->url);
	assert_null(config_source(&c, "other"));
	config_done(&c);
}

static void url_of_a_source_loses_its_last_slashes(void **state)
{
	struct config c = { 0 };

	(void)state;
	must_read(good_ingest, &c);
	assert_string_equal(c.sources[0].url, "https://patchwork.example.org/pw");
	assert_string_equal(c.sources[1].url, "http://127.0.0.1:8080/lkml");
	config_done(&c);
}

static void files_of_a_source_are_absolute_and_may_be_missing(void **state)
{
	struct config c = { 0 };
	char *token = mem_printf("%s/secret/token", dir);
	char *mails = mem_printf("%s/mails", dir);

	(void)state;
	must_read(good_ingest, &c);
	assert_string_equal(c.sources[0].token_file, token);
	assert_string_equal(config_source(&c, "inbox")->path, mails);
	assert_string_equal(config_source(&c, "far")->path, "/var/mail/x");
	config_done(&c);
	free(token);
	free(mails);
}

static void rules_keep_their_order_and_kinds_apart(void **state)
{
	struct config c = { 0 };

	(void)state;
	must_read(good_ingest, &c);
	assert_int_equal(c.n_rules, 2);
	assert_string_equal(c.rules[0].name, "dma");
	assert_int_equal(c.rules[0].paths.n, 2);
	assert_string_equal(c.rules[0].paths.v[1], "arch/*/mm/");
	assert_string_equal(c.rules[0].words.v[0], "dma_get_sgtable");
	assert_int_equal(c.rules[0].lists.n + c.rules[0].sources.n, 0);
	assert_string_equal(c.rules[0].tree, "debian-6.12");
	assert_null(c.rules[0].plan);
	assert_int_equal(c.rules[1].paths.n + c.rules[1].words.n, 0);
	assert_string_equal(c.rules[1].lists.v[0], "linux-media.vger.kernel.org");
	assert_string_equal(c.rules[1].sources.v[1], "lkml");
	assert_null(c.rules[1].tree);
	config_done(&c);
}

static void ingest_keys_left_out_have_the_defaults_that_labyaml_says(void **state)
{
	struct config c = { 0 }, none = { 0 }, own = { 0 };
	struct err err = { 0 };
	const struct agent_config want = { 1, 4, 60, 86400, 90 };

	(void)state;
	must_read(good_ingest, &c);
	must_read(good, &none);
	if (config_read("lab.yaml", &own, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(c.sources[1].every_s, 60);
	assert_int_equal(c.sources[1].overlap_s, 3600);
	assert_int_equal(c.sources[1].sweep_s, 86400);
	assert_int_equal(c.sources[0].since_days, 0);
	assert_memory_equal(&none.agent, &want, sizeof(want));
	assert_memory_equal(&own.agent, &want, sizeof(want));
	assert_int_equal(none.limits.answer_mb, 64);
	assert_int_equal(none.limits.answer_s, 60);
	assert_int_equal(none.n_sources + none.n_rules, 0);
	assert_int_equal(own.n_sources, 0); /* nobody on the network is asked by default */
	assert_true(own.n_rules > 0);
	config_done(&c);
	config_done(&none);
	config_done(&own);
}

static void agents_numbers_are_read(void **state)
{
	static const struct agent_config want = { 2, 3, 0, 5, 6 };
	char *text = change(good, BEHIND,
			    "agent: { tests: 2, fetches: 3, cover_wait: 0, parts_wait: 5, "
			    "keep_days: 6 }\n" BEHIND);
	char *more = change(text, "jobs: 5", "jobs: 5\n  answer_mb: 7\n  answer_s: 8");
	struct config c = { 0 };

	(void)state;
	must_read(more, &c);
	assert_memory_equal(&c.agent, &want, sizeof(want));
	assert_int_equal(c.limits.answer_mb, 7);
	assert_int_equal(c.limits.answer_s, 8);
	config_done(&c);
	free(text);
	free(more);
}

static void tree_of_a_git_repository_is_read(void **state)
{
	char *text = change(good, "trees:\n", NEXT);
	const struct tree_config *t;
	struct config c = { 0 };

	(void)state;
	must_read(text, &c);
	t = config_tree(&c, "next");
	assert_string_equal(t->source, "git:https://git.example.org/next.git");
	assert_string_equal(t->ref, "HEAD");
	assert_int_equal(t->depth, 1);
	assert_int_equal(t->every_s, 3600);
	assert_int_equal(t->fetch_s, 1800);
	assert_int_equal(t->limit_mb, 4096);
	t = config_tree(&c, "old");
	assert_string_equal(t->ref, "v6.1");
	assert_int_equal(t->depth, 0);
	assert_int_equal(t->every_s, 5);
	assert_int_equal(t->fetch_s, 7);
	assert_int_equal(t->limit_mb, 9);
	config_done(&c);
	free(text);
}

static const struct fault faults[] = {
	/* sources; the first is on line 36 */
	{ "type: patchwork\n", "type: usenet\n",
	  "lab.yaml:37: sources.media: type 'usenet' is none of patchwork, public-inbox, folder" },
	{ "    type: patchwork\n", "", "lab.yaml:37: sources.media: key 'type' is missing" },
	{ "    project: linux-media\n", "",
	  "lab.yaml:37: sources.media: key 'project' is missing, which type patchwork needs" },
	{ "url: 'http://127.0.0.1:8080/lkml', ", "",
	  "lab.yaml:44: sources.lkml: key 'url' is missing, which type public-inbox needs" },
	{ "folder, path: mails", "folder",
	  "lab.yaml:45: sources.inbox: key 'path' is missing, which type folder needs" },
	{ "path: mails", "path: mails, url: 'https://x.example'",
	  "lab.yaml:45: sources.inbox: 'url' is no key of a source of type folder" },
	{ "since_days: 2", "path: mails",
	  "lab.yaml:44: sources.lkml: 'path' is no key of a source of type public-inbox" },
	{ "since_days: 2", "token_file: x",
	  "lab.yaml:44: sources.lkml: 'token_file' is no key of a source of type public-inbox" },
	{ "path: mails", "path: mails, overlap: 5",
	  "lab.yaml:45: sources.inbox: 'overlap' is no key of a source of type folder" },
	{ "since_days: 2", "sweep: 5", "lab.yaml:44: sources.lkml: 'sweep' is no key" },
	{ "since_days: 2", "project: x", "lab.yaml:44: sources.lkml: 'project' is no key" },
	{ "since_days: 2", "since: 2", "lab.yaml:44: sources.lkml: unknown key 'since'" },
	{ "since_days: 2", "since_days: -1", "lab.yaml:44: sources.lkml: 'since_days' is -1, not" },
	{ "every: 61", "every: 0", "lab.yaml:41: sources.media: 'every' is 0, not within 1" },
	{ "https://patchwork.example.org/pw//", "ftp://x.example/",
	  "lab.yaml:38: sources.media: url 'ftp://x.example/' is not of the form https://HOST" },
	{ "https://patchwork.example.org/pw//", "https:///pw",
	  "lab.yaml:38: sources.media: url 'https:///pw' is not of the form" },
	{ "https://patchwork.example.org/pw//", "https://x.example/?a=b",
	  "lab.yaml:38: sources.media: url 'https://x.example/?a=b' is not of the form" },
	{ "https://patchwork.example.org/pw//", "https://me:secret@x.example/",
	  "lab.yaml:38: sources.media: the url has an '@'" },
	{ "project: linux-media", "project: a/b",
	  "lab.yaml:39: sources.media: 'a/b' is no name of a project" },
	{ "  media:\n", "  ../media:\n", "lab.yaml:36: sources: '../media' is no name" },
	/* rules */
	{ "words: [dma_get", "word: [dma_get", "lab.yaml:48: relevance.dma: unknown key 'word'" },
	{ "words: [dma_get_sgtable]", "words: dma", "lab.yaml:48: relevance.dma: 'words' must be" },
	{ "sources: [media, lkml], lists: [linux-media.vger.kernel.org]", "tree: debian-6.1",
	  "lab.yaml:49: relevance.media: names none of 'paths'" },
	{ "sources: [media, lkml]", "sources: [media, lkm]",
	  "lab.yaml:49: relevance.media: 'lkm' is not one of sources" },
	{ "tree: debian-6.12", "tree: next",
	  "lab.yaml:48: relevance.dma: tree 'next' is not one of trees" },
	{ "tree: debian-6.12", "plan: slow",
	  "lab.yaml:48: relevance.dma: plan 'slow' is not one of plans" },
	/* the agent and its limits */
	{ "relevance:\n", "agent: { test: 1 }\nrelevance:\n", "lab.yaml:47: agent: unknown key" },
	/* watched trees */
	{ "relevance:\n", "watch: { a: { plan: x } }\nrelevance:\n",
	  "lab.yaml:47: watch.a: key 'tree' is missing" },
	{ "relevance:\n", "watch: { a: { tree: next } }\nrelevance:\n",
	  "lab.yaml:47: watch.a: tree 'next' is not one of trees" },
	{ "relevance:\n", "watch: { a: { tree: debian-6.1, plan: slow } }\nrelevance:\n",
	  "lab.yaml:47: watch.a: plan 'slow' is not one of plans" },
	{ "relevance:\n", "watch: { a: { tree: debian-6.1, fix: two } }\nrelevance:\n",
	  "lab.yaml:47: watch.a: fix 'two' is no folder in" },
	{ "relevance:\n", "agent: { tests: 0 }\nrelevance:\n",
	  "lab.yaml:47: agent: 'tests' is 0, not within 1" },
	{ "relevance:\n", "agent: 3\nrelevance:\n", "lab.yaml:47: 'agent' must be a map" },
	{ "jobs: 5", "answer_mb: 0", "lab.yaml:55: limits: 'answer_mb' is 0, not within 1" },
	/* trees */
	{ "trees:\n", "trees:\n  next: { source: 'git:ssh://x/y' }\n",
	  "lab.yaml:8: trees.next: source 'git:ssh://x/y' is not 'git:' and a URL of" },
	{ "trees:\n", "trees:\n  next: { source: 'git:ext::sh -c x' }\n",
	  "lab.yaml:8: trees.next: source 'git:ext::sh -c x' is not" },
	{ "trees:\n", "trees:\n  next: { source: 'git:https://me@x.example/y' }\n",
	  "lab.yaml:8: trees.next: source 'git:https://me@x.example/y' is not" },
	{ "trees:\n", "trees:\n  next: { source: 'git:file://x/y' }\n",
	  "lab.yaml:8: trees.next: source 'git:file://x/y' is not" },
	{ "trees:\n", "trees:\n  next: { source: 'git:https://x.example/y', ref: --all }\n",
	  "lab.yaml:8: trees.next: '--all' is no name of a branch or tag" },
	{ "trees:\n", "trees:\n  next: { source: 'git:https://x.example/y', ref: 'a:b' }\n",
	  "lab.yaml:8: trees.next: 'a:b' is no name of a branch or tag" },
	{ "trees:\n", "trees:\n  next: { source: 'git:https://x.example/y', depth: -1 }\n",
	  "lab.yaml:8: trees.next: 'depth' is -1, not within 0" },
	{ "linux-source-6.1\n", "linux-source-6.1\n    ref: x\n",
	  "lab.yaml:10: trees.debian-6.1: 'ref' is for a source 'git:URL' only" },
};

static void watched_trees_are_read(void **state)
{
	char *text =
		change(good_ingest, "relevance:\n",
		       "watch:\n"
		       "  a: { tree: debian-6.12, fix: none, first_parent: true, paths: [mm/] }\n"
		       "  b: { tree: debian-6.1, fix: one }\n"
		       "relevance:\n");
	struct config c = { 0 };
	const struct watch_config *w;

	(void)state;
	must_read(text, &c);
	assert_int_equal(c.n_watches, 2);
	w = config_watch(&c, "a");
	assert_ptr_equal(w, &c.watches[0]);
	assert_string_equal(w->tree, "debian-6.12");
	assert_string_equal(w->fix, "none");
	assert_true(w->first_parent);
	assert_string_equal(w->paths.v[0], "mm/");
	assert_null(w->plan);
	assert_false(config_watch(&c, "b")->first_parent);
	assert_null(config_watch(&c, "c"));
	config_done(&c);
	free(text);
}

static void fault_in_ingest_keys_is_named_with_file_line_and_key(void **state)
{
	(void)state;
	assert_refused(good_ingest, faults, sizeof(faults) / sizeof(*faults));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_read_in_their_order),
		cmocka_unit_test(url_of_a_source_loses_its_last_slashes),
		cmocka_unit_test(files_of_a_source_are_absolute_and_may_be_missing),
		cmocka_unit_test(rules_keep_their_order_and_kinds_apart),
		cmocka_unit_test(ingest_keys_left_out_have_the_defaults_that_labyaml_says),
		cmocka_unit_test(agents_numbers_are_read),
		cmocka_unit_test(tree_of_a_git_repository_is_read),
		cmocka_unit_test(watched_trees_are_read),
		cmocka_unit_test(fault_in_ingest_keys_is_named_with_file_line_and_key),
	};

	return cmocka_run_group_tests_name("config_sources", tests, set_up_ingest,
					   tear_down_ingest);
}
