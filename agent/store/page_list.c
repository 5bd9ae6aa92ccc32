// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "store/page.h"
#include "store/sql.h"

#define ONE(name, type, about)                                                                     \
	{                                                                                          \
		name, type, NULL, about                                                            \
	}
#define ONLY(name, about)                                                                          \
	{                                                                                          \
		name, ASK_TEXT, "", about                                                          \
	}
#define SERIES	  ONE("series", ASK_SERIES, "Message-ID or URL of any of its mails")
#define VERDICT	  ONE("verdict", ASK_VERDICT, "its id, or how that begins")
#define CHECKOUT  ONE("checkout", ASK_CHECKOUT, "its id, or how that begins")
#define BUILD	  ONE("build", ASK_BUILD, "its id, or how that begins")
#define JOB	  ONE("job", ASK_JOB, "its id, or how that begins")
#define LOG	  ONE("log", ASK_TEXT, "id of a job or build")
#define TEST	  ONE("test", ASK_TEST, "suite.case")
#define SIGNATURE ONE("signature", ASK_SIGNATURE, "of a report: 8 digits or more")
#define BISECTION ONE("bisection", ASK_BISECTION, "its number")
#define TARGET	  ONE("target", ASK_TEXT, "its name")
#define DAYS(n)                                                                                    \
	{                                                                                          \
		"days", ASK_DAYS, n, "so many days back"                                           \
	}

static const struct ask_question questions[] = {
	{ "totals", "How much is in the store?", sql_page_totals, { { 0 } } },
	{ "metrics", "What does a program watch?", sql_page_metrics, { DAYS("1") } },
	{ "counts", "How many series are where?", sql_page_counts, { DAYS("7") } },
	{ "regressions",
	  "What broke in a tree, and by which commit?",
	  sql_page_regressions,
	  { { 0 } } },
	{ "series_list",
	  "Which series came?",
	  sql_page_series_list,
	  { ONLY("source", "from this one only"), ONLY("state", "waiting, pass, fail and so on"),
	    ONLY("words", "in its name or author") } },
	{ "series", "What is this series?", sql_page_series, { SERIES } },
	{ "patches", "Which patches has it?", sql_page_patches, { SERIES } },
	{ "timeline", "What happened to it?", sql_page_timeline, { SERIES } },
	{ "matrix", "What does it change, and where?", sql_page_verdict_changes, { SERIES } },
	{ "suites", "What did each suite come to?", sql_page_suites, { SERIES } },
	{ "compare", "What is not as with the version before?", sql_page_compare, { SERIES } },
	{ "series_reasons", "Why that verdict?", sql_page_verdict_reasons, { SERIES } },
	{ "series_text", "What does the report say?", sql_page_verdict_text, { SERIES } },
	{ "series_builds", "What was built of it?", sql_page_series_builds, { SERIES } },
	{ "outbox", "What is told of it?", sql_page_outbox, { SERIES } },
	{ "verdict", "What is this verdict about?", sql_page_verdict, { VERDICT } },
	{ "verdict_changes",
	  "What does the series change, and where?",
	  sql_page_verdict_changes,
	  { VERDICT } },
	{ "verdict_reasons", "Why that verdict?", sql_page_verdict_reasons, { VERDICT } },
	{ "verdict_text", "What does the report say?", sql_page_verdict_text, { VERDICT } },
	{ "checkout", "What was checked out?", sql_page_checkout, { CHECKOUT } },
	{ "conflict", "Why does it not apply?", sql_page_conflict, { CHECKOUT } },
	{ "builds", "What was built of it?", sql_page_builds, { CHECKOUT } },
	{ "build", "What was built?", sql_page_build, { BUILD } },
	{ "diagnostics", "What did the compiler say?", sql_page_diagnostics, { BUILD } },
	{ "build_options",
	  "What does the series change in the configuration?",
	  sql_page_build_options,
	  { BUILD } },
	{ "artifacts", "Which files did it leave?", sql_page_artifacts, { BUILD } },
	{ "jobs",
	  "Where was it booted?",
	  sql_page_jobs,
	  { BUILD, ONLY("target", "on this one only") } },
	{ "build_targets",
	  "What did it come to on each target?",
	  sql_page_build_targets,
	  { BUILD } },
	{ "build_differs",
	  "Which tests differ from target to target?",
	  sql_page_build_differs,
	  { BUILD } },
	{ "log", "Whose log is it?", sql_page_log, { LOG } },
	{ "log_reports", "What stands out in it?", sql_page_log_reports, { LOG } },
	{ "job", "What was booted?", sql_page_job, { JOB } },
	{ "job_tests",
	  "What did its tests come to?",
	  sql_page_job_tests,
	  { JOB, ONLY("status", "PASS, FAIL and so on only") } },
	{ "job_incidents", "What did the kernel report?", sql_page_job_incidents, { JOB } },
	{ "tests", "Which tests are there?", sql_page_tests, { ONLY("words", "in its name") } },
	{ "test", "How did it end last?", sql_page_test, { TEST } },
	{ "test_changes", "Which series changed it?", sql_page_test_changes, { TEST, DAYS("90") } },
	{ "issue", "What is this report?", sql_page_issue, { SIGNATURE } },
	{ "issue_report",
	  "Where does it stand in a console?",
	  sql_page_issue_report,
	  { SIGNATURE } },
	{ "issues_new", "Which reports were never seen before?", sql_page_issues_new, { { 0 } } },
	{ "targets", "Which targets are there?", sql_page_targets, { { 0 } } },
	{ "target", "How is this target?", sql_page_target, { TARGET, DAYS("30") } },
	{ "target_jobs", "What did it boot?", sql_page_target_jobs, { TARGET } },
	{ "target_failures", "What fails on it?", sql_page_target_failures, { TARGET } },
	{ "same_kernel",
	  "What did its kernels come to elsewhere?",
	  sql_page_same_kernel,
	  { TARGET } },
	{ "devices",
	  "Which devices do the labs have?",
	  sql_page_devices,
	  { ONLY("lab", "of this one only") } },
	{ "submissions",
	  "What do the labs' servers have to do?",
	  sql_page_submissions,
	  { ONLY("lab", "at this one only") } },
	{ "bisection", "Which commit is searched?", sql_page_bisection, { BISECTION } },
	{ "bisection_commits",
	  "What was seen of each commit?",
	  sql_page_bisection_commits,
	  { BISECTION } },
	{ "bisection_runs", "What was run?", sql_page_bisection_runs, { BISECTION } },
	{ "designs",
	  "What do the designs of the fix come to?",
	  sql_page_designs,
	  { ONLY("tree", "on this one only") } },
	{ "design_summary",
	  "What does each test come to with each design?",
	  sql_page_design_summary,
	  { ONLY("target", "on this one only"), ONLY("tree", "on this one only") } },
	{ "design_cases",
	  "What does each case do with this design?",
	  sql_page_design_matrix,
	  { ONE("design", ASK_TEXT, "a folder of patches/, or none"),
	    ONLY("target", "on this one only"), ONLY("tree", "on this one only") } },
	{ "design_matrix",
	  "What does each case do with each design?",
	  sql_page_design_matrix,
	  { ONLY("design", "this one only"), ONLY("target", "on this one only"),
	    ONLY("tree", "on this one only") } },
};

const struct ask_question *page_question_at(size_t i)
{
	return i < sizeof(questions) / sizeof(*questions) ? &questions[i] : NULL;
}

const struct ask_question *page_question(const char *name)
{
	const struct ask_question *q;

	for (size_t i = 0; (q = page_question_at(i)); i++)
		if (strcmp(q->name, name) == 0)
			return q;
	return NULL;
}
