// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "model/answer.h"
#include "web/page.h"
#include "web/picture.h"

/*
 * Every page. A path stays what it is for ever: tests/web/links-v1.txt has those that were given
 * out. docs/pages.md says how to add one.
 */

static void text_cell(struct answer *a, const char *text)
{
	struct answer_cell *c = answer_cell_add(a);

	c->type = text ? ANSWER_TEXT : ANSWER_NONE;
	c->text = text ? mem_strdup(text) : NULL;
}

static void columns_add(struct answer *a, const char *const *names)
{
	for (; *names; names++)
		answer_column_add(a, *names, strlen(*names), ANSWER_TEXT);
	answer_column_add(a, "key", 3, ANSWER_INT);
}

static void row_end(struct answer *a)
{
	*answer_cell_add(a) =
		(struct answer_cell){ .type = ANSWER_INT, .num = -(int64_t)a->n_rows };
	a->n_rows++;
}

/* The questions of docs/queries.md. */
static void rows_questions(struct answer *ret)
{
	static const char *const names[] = { "question", "asks", "wants", "may_have", NULL };
	const struct ask_question *q;

	columns_add(ret, names);
	for (size_t i = 0; (q = ask_at(i)); i++) {
		CLEANUP(buf_done) struct buf wants = { 0 }, may = { 0 };

		for (size_t k = 0; k < ask_params(q); k++) {
			struct buf *b = q->params[k].fallback ? &may : &wants;

			buf_printf(b, "%s%s", b->len ? ", " : "", q->params[k].name);
		}
		text_cell(ret, q->name);
		text_cell(ret, q->about);
		text_cell(ret, wants.len ? buf_text(&wants) : NULL);
		text_cell(ret, may.len ? buf_text(&may) : NULL);
		row_end(ret);
	}
}

static void rows_about(struct answer *ret)
{
	static const char *const names[] = { "program", "version", "licence", NULL };

	columns_add(ret, names);
	text_cell(ret, "dmalab");
	text_cell(ret, DMALAB_VERSION);
	text_cell(ret, "GPL-2.0-or-later");
	row_end(ret);
}

/* The other pages, for who looks for one. */
static void rows_pages(struct answer *ret)
{
	static const char *const names[] = { "page", "title", "shows", NULL };
	const struct page_spec *p;

	columns_add(ret, names);
	for (size_t i = 0; (p = page_at(i)); i++) {
		size_t len = strlen(p->path);

		if (len > 1 && p->path[len - 1] == '/')
			continue;
		text_cell(ret, p->path);
		text_cell(ret, p->title);
		text_cell(ret, p->about);
		row_end(ret);
	}
}

#define SECTION(n, t, q, v, ...)                                                                   \
	{                                                                                          \
		.name = n, .title = t, .question = q, .view = v, __VA_ARGS__                       \
	}
#define TABLE(n, t, q, l)	 SECTION(n, t, q, VIEW_TABLE, .limit = l)
#define TABLE_IF_ANY(n, t, q, l) SECTION(n, t, q, VIEW_TABLE, .limit = l, .is_optional = true)
#define PART(n, t, q, l, page)	 SECTION(n, t, q, VIEW_TABLE, .limit = l, .all = page)
#define FACTS(n, t, q)		 SECTION(n, t, q, VIEW_FACTS, .limit = 1)
#define FACTS_IF_ANY(n, t, q)	 SECTION(n, t, q, VIEW_FACTS, .limit = 1, .is_optional = true)
#define TEXT_IF_ANY(n, t, q)	 SECTION(n, t, q, VIEW_TEXT, .limit = 1, .is_optional = true)
#define CONSOLE(n, t, q)	 SECTION(n, t, q, VIEW_CONSOLE, .limit = 1)
#define CONSOLE_IF_ANY(n, t, q)	 SECTION(n, t, q, VIEW_CONSOLE, .limit = 1, .is_optional = true)
#define PICTURE(n, t, q, p, l)	 SECTION(n, t, q, VIEW_PICTURE, .picture = p, .limit = l)
#define OWN(n, t, v, f)		 SECTION(n, t, NULL, v, .rows = f)

static const struct page_spec specs[] = {
	{ .path = "/",
	  .title = "Overview",
	  .about = "What runs, what came of the newest series, and how the lab is.",
	  .news = "verdicts",
	  .sections = { PART("queue", "Runs and waits", "queue", 10, "/queue"),
			TABLE_IF_ANY("waiting", "Waits for a maintainer", "waiting", 10),
			PART("verdicts", "Newest verdicts", "verdicts", 15, "/verdicts"),
			PART("series", "Newest series", "newest", 15, "/series"),
			TABLE("counts", "Series by state", "counts", 20),
			PART("regressions", "Regressions of watched trees", "regressions", 10,
			     "/bisections"),
			PART("labs", "Labs", "labs", 20, "/labs"),
			PART("targets", "Targets", "targets", 30, "/targets") } },
	{ .path = "/series",
	  .title = "Series",
	  .about = "Series of patches, the newest first.",
	  .news = "series",
	  .sections = { TABLE("series", "Newest series", "series_list", 0) } },
	{ .path = "/series/",
	  .title = "Series",
	  .news = "timeline",
	  .sections = { FACTS("facts", "Facts", "series"),
			TABLE("reasons", "Reasons of its verdict", "series_reasons", 50),
			PICTURE("matrix", "Tests without and with it", "matrix", picture_matrix,
				1000),
			TABLE("suites", "Suites", "suites", 200),
			TABLE("versions", "Versions", "versions", 20),
			TABLE_IF_ANY("compare", "Not as with the version before", "compare", 100),
			TABLE("patches", "Patches", "patches", 100),
			TABLE_IF_ANY("builds", "Builds", "series_builds", 50),
			TABLE("timeline", "What happened", "timeline", 100),
			TEXT_IF_ANY("report", "Report", "series_text"),
			TABLE_IF_ANY("messages", "Messages to others", "outbox", 20) },
	  .named_by = "series" },
	{ .path = "/verdicts",
	  .title = "Verdicts",
	  .about = "What came of series, the newest first.",
	  .news = "verdicts",
	  .sections = { TABLE("verdicts", "Newest verdicts", "verdicts", 0) } },
	{ .path = "/verdict/",
	  .title = "Verdict on",
	  .sections = { FACTS("facts", "Facts", "verdict"),
			TABLE("reasons", "Reasons", "verdict_reasons", 100),
			TABLE("changes", "Tests without and with the series", "verdict_changes", 0),
			TEXT_IF_ANY("report", "Report", "verdict_text") },
	  .named_by = "series" },
	{ .path = "/checkout/",
	  .title = "Checkout",
	  .sections = { FACTS("facts", "Facts", "checkout"),
			FACTS_IF_ANY("conflict", "Does not apply", "conflict"),
			TABLE("builds", "Builds", "builds", 0) } },
	{ .path = "/build/",
	  .title = "Build",
	  .sections = { FACTS("facts", "Facts", "build"),
			TABLE("diagnostics", "What the compiler said", "diagnostics", 100),
			TEXT_IF_ANY("options", "Changed in the configuration", "build_options"),
			TABLE("targets", "The same kernel on the targets", "build_targets", 50),
			TABLE_IF_ANY("differs", "Tests that differ between targets",
				     "build_differs", 100),
			TABLE("jobs", "Boots", "jobs", 0),
			TABLE("artifacts", "Files it left", "artifacts", 100) } },
	{ .path = "/job/",
	  .title = "Job",
	  .sections = { FACTS("facts", "Facts", "job"),
			TABLE("reports", "Reports of the kernel", "job_incidents", 100),
			TABLE("tests", "Tests", "job_tests", 0) } },
	{ .path = "/log/",
	  .title = "Log of",
	  .sections = { FACTS("log", "Log", "log"),
			TABLE_IF_ANY("reports", "Reports in it", "log_reports", 200),
			CONSOLE("console", "Lines", "log") } },
	{ .path = "/tests",
	  .title = "Tests",
	  .about = "Every test that a boot has run.",
	  .sections = { TABLE("tests", "Tests by name", "tests", 0),
			TABLE_IF_ANY("flaky", "What is flaky", "flaky", 20) } },
	{ .path = "/test/",
	  .title = "Test",
	  .news = "changes",
	  .sections = { FACTS("facts", "Facts", "test"),
			PICTURE("trend", "How often it fails, by week", "trend", picture_weeks, 60),
			TABLE("since", "Last good, first bad", "since", 30),
			TABLE("rate", "Where it fails", "rate", 50),
			TABLE("changes", "Series that changed it", "test_changes", 30),
			PICTURE("history", "Boot by boot", "history", picture_history, 0) } },
	{ .path = "/issues",
	  .title = "Issues",
	  .about = "Reports of the kernel, by the number of boots that showed them.",
	  .news = "new",
	  .sections = { TABLE("issues", "Reports", "signatures", 0),
			TABLE("new", "Seen for the first time", "issues_new", 20) } },
	{ .path = "/issue/",
	  .title = "Issue",
	  .news = "seen",
	  .sections = { FACTS("facts", "Facts", "issue"),
			CONSOLE_IF_ANY("report", "As it was printed", "issue_report"),
			PICTURE("often", "How often it shows, by week", "often", picture_weeks, 60),
			TABLE("where", "Where it shows", "where", 50),
			TABLE("seen", "Boots that showed it", "seen", 0),
			TABLE("similar", "Others like it", "similar", 20) },
	  .named_by = "report" },
	{ .path = "/bisections",
	  .title = "Bisections",
	  .about = "Searches for the commit that brought or mended something.",
	  .news = "bisections",
	  .sections = { TABLE("bisections", "Newest searches", "bisections", 0) } },
	{ .path = "/bisection/",
	  .title = "Bisection",
	  .news = "runs",
	  .sections = { FACTS("facts", "Facts", "bisection"),
			PICTURE("commits", "Commits", "bisection_commits", picture_odds, 2000),
			TABLE("runs", "Runs", "bisection_runs", 0) } },
	{ .path = "/targets",
	  .title = "Targets",
	  .about = "Boards and machines that kernels are booted on.",
	  .sections = { TABLE("targets", "Targets", "targets", 200) } },
	{ .path = "/target/",
	  .title = "Target",
	  .sections = { FACTS("facts", "Facts", "target"),
			TABLE("failures", "What fails on it", "target_failures", 50),
			TABLE("same", "Its kernels on the other targets", "same_kernel", 50),
			TABLE("jobs", "Boots", "target_jobs", 0) } },
	{ .path = "/designs",
	  .title = "Designs of the fix",
	  .about = "What each design comes to on the newest base.",
	  .sections = { TABLE("designs", "Designs", "designs", 50),
			PICTURE("matrix", "Test by test", "design_summary", picture_designs,
				3000) } },
	{ .path = "/design/",
	  .title = "Design",
	  .sections = { TABLE("targets", "Targets", "design", 100),
			PICTURE("cases", "Test by test", "design_cases", picture_designs, 3000) } },
	{ .path = "/labs",
	  .title = "Labs",
	  .about = "Whether labs answer, and what they fail at.",
	  .sections = { TABLE("labs", "Labs", "labs", 50),
			TABLE("devices", "Devices", "devices", 100),
			TABLE("jobs", "Jobs that are not over", "submissions", 50),
			TABLE("infra", "Boots that the lab failed", "infra", 50),
			TABLE("slow", "How long builds and boots take", "slow", 50) } },
	{ .path = "/queue",
	  .title = "Queue",
	  .about = "What is tested next, and what waits for a word.",
	  .sections = { TABLE("queue", "Runs and waits", "queue", 0),
			TABLE("waiting", "Waits for a maintainer", "waiting", 50) } },
	{ .path = "/known",
	  .title = "Known issues",
	  .about = "Failures that do not count for now.",
	  .sections = { TABLE("known", "Known issues", "known", 0) } },
	{ .path = "/queries",
	  .title = "Queries",
	  .about = "The questions that maintainers ask; dmalab query asks the same.",
	  .sections = { OWN("questions", "Questions", VIEW_TABLE, rows_questions) } },
	{ .path = "/query/", .title = "Query", .sections = { TABLE("rows", "Answer", NULL, 0) } },
	{ .path = "/about",
	  .title = "About",
	  .about = "A lab that tests patches of Linux' DMA code and says what they change.",
	  .sections = { OWN("program", "Program", VIEW_FACTS, rows_about),
			FACTS("store", "What it has seen", "totals"),
			OWN("pages", "Pages", VIEW_TABLE, rows_pages) } },
};

const struct page_spec *page_at(size_t i)
{
	return i < sizeof(specs) / sizeof(*specs) ? &specs[i] : NULL;
}
