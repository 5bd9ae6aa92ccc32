// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "store/ask.h"
#include "store/sql.h"

#define TEST                                                                                       \
	{                                                                                          \
		"test", ASK_TEST, NULL, "suite.case"                                               \
	}
#define SIGNATURE                                                                                  \
	{                                                                                          \
		"signature", ASK_SIGNATURE, NULL, "of a report: 8 digits or more"                  \
	}
#define SERIES                                                                                     \
	{                                                                                          \
		"series", ASK_SERIES, NULL, "Message-ID or URL of any of its mails"                \
	}
#define DAYS(n)                                                                                    \
	{                                                                                          \
		"days", ASK_DAYS, n, "so many days back"                                           \
	}
#define TARGET                                                                                     \
	{                                                                                          \
		"target", ASK_TEXT, "", "on this one only"                                         \
	}

static const struct ask_question questions[] = {
	{ "broke", "What broke this week?", sql_ask_broke, { DAYS("7"), TARGET } },
	{ "verdicts",
	  "What came of the newest series?",
	  sql_ask_verdicts,
	  { { "kind", ASK_TEXT, "", "pass, fail or none only" } } },
	{ "newest",
	  "Which series came last, and where do they stand?",
	  sql_ask_newest,
	  { { "source", ASK_TEXT, "", "from this one only" } } },
	{ "waiting", "What waits for me?", sql_ask_waiting, { DAYS("30") } },
	{ "queue", "What runs, and what waits to be tested?", sql_ask_queue, { { 0 } } },
	{ "conflicts", "Which series do not apply, and where?", sql_ask_conflicts, { { 0 } } },
	{ "reasons", "Why does this series have its verdict?", sql_ask_reasons, { SERIES } },
	{ "versions",
	  "What came of the other versions of this series?",
	  sql_ask_versions,
	  { SERIES } },
	{ "only",
	  "Is it only one target: what does a test do on each with this series?",
	  sql_ask_only,
	  { SERIES, TEST } },
	{ "since",
	  "Since when does a test fail: last good, first bad?",
	  sql_ask_since,
	  { TEST, DAYS("90"), TARGET } },
	{ "history",
	  "What did a test come to, boot by boot?",
	  sql_ask_history,
	  { TEST, DAYS("30"), TARGET, { "tree", ASK_TEXT, "", "of this one only" } } },
	{ "rate", "How often does a test fail, and where?", sql_ask_rate, { TEST, DAYS("30") } },
	{ "trend",
	  "How often does a test fail, week by week?",
	  sql_ask_trend,
	  { TEST, DAYS("365"), TARGET } },
	{ "flaky", "What is flaky?", sql_ask_flaky, { DAYS("30"), TARGET } },
	{ "signatures", "Which reports come most often?", sql_ask_signatures, { DAYS("30") } },
	{ "seen", "Who else saw this oops?", sql_ask_seen, { SIGNATURE } },
	{ "where",
	  "Is it only Exynos: where does a report show?",
	  sql_ask_where,
	  { SIGNATURE, DAYS("90") } },
	{ "often",
	  "How often does a report show, week by week?",
	  sql_ask_often,
	  { SIGNATURE, DAYS("365") } },
	{ "similar", "Which other reports are like this one?", sql_ask_similar, { SIGNATURE } },
	{ "known", "Which failures are known, and when does that end?", sql_ask_known, { { 0 } } },
	{ "design",
	  "What does a design of the fix come to?",
	  sql_ask_design,
	  { { "design", ASK_TEXT, NULL, "a folder of patches/, or none" }, DAYS("90") } },
	{ "bisections",
	  "Which commits were searched, and found?",
	  sql_ask_bisections,
	  { { "state", ASK_TEXT, "", "running, found, range and so on only" } } },
	{ "labs", "Do the labs answer, and are their devices up?", sql_ask_labs, { { 0 } } },
	{ "targets", "Which targets are proven, and which are out?", sql_ask_targets, { { 0 } } },
	{ "infra", "Which labs fail, and how often?", sql_ask_infra, { DAYS("7") } },
	{ "warnings", "Which builds warn?", sql_ask_warnings, { DAYS("30") } },
	{ "slow", "Which builds and boots are slow?", sql_ask_slow, { DAYS("7") } },
};

const struct ask_question *ask_at(size_t i)
{
	return i < sizeof(questions) / sizeof(*questions) ? &questions[i] : NULL;
}

const struct ask_question *ask_find(const char *name)
{
	const struct ask_question *q;

	for (size_t i = 0; (q = ask_at(i)); i++)
		if (strcmp(q->name, name) == 0)
			return q;
	return NULL;
}

size_t ask_params(const struct ask_question *q)
{
	size_t n = 0;

	while (n < ASK_PARAMS_MAX && q->params[n].name)
		n++;
	return n;
}
