// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_fixture.h"

#include <errno.h>

#include "base/mem.h"

/* `confidence:` and `report:`: how sure a verdict has to be, and who hears of it. */

#define BEHIND "labs:\n" /* new keys are put before it, from line 35 on */

#define SOURCE                                                                                     \
	"sources:\n"                                                                               \
	"  media: { type: patchwork, url: https://pw.example.org, project: media, token_file: t "  \
	"}\n"                                                                                      \
	"  lkml: { type: public-inbox, url: https://lore.example.org/lkml }\n"
#define CONFIDENCE "confidence: { blame: 0.05, repeats: 9, rate: 0.5, missed: 0.1, paths: [a/] }\n"
#define REPORT                                                                                     \
	"report:\n"                                                                                \
	"  url: https://lab.example.org/\n"                                                        \
	"  from: lab <lab@example.org>\n"                                                          \
	"  operator: [ops@example.org]\n"                                                          \
	"  to: [author, cc]\n"                                                                     \
	"  on: [fail, pass]\n"                                                                     \
	"  moderate: false\n"                                                                      \
	"  per_day: 3\n"                                                                           \
	"  smtp: smtp://localhost:25\n"                                                            \
	"  smtp_user: lab\n"                                                                       \
	"  smtp_password_file: secret/password\n"                                                  \
	"  checks: [media]\n"                                                                      \
	"  context: dma\n"                                                                         \
	"  kcidb_url: https://kcidb.example.org/submit\n"                                          \
	"  kcidb_token_file: /etc/token\n"                                                         \
	"  kcidb_dir: out\n"                                                                       \
	"  kcidb_origin: lab\n"

static void must_read(const char *text, struct config *c)
{
	struct err err = { 0 };

	if (read_config(text, c, &err) < 0)
		fail_msg("%s", err.msg);
}

static void what_is_said_is_read(void **state)
{
	char *text = change(good, BEHIND, SOURCE CONFIDENCE REPORT BEHIND);
	char *password = mem_printf("%s/secret/password", dir);
	char *out = mem_printf("%s/out", dir);
	struct config c = { 0 };

	(void)state;
	must_read(text, &c);
	assert_true(c.confidence.blame == 0.05 && c.confidence.rate == 0.5 &&
		    c.confidence.missed == 0.1);
	assert_int_equal(c.confidence.repeats, 9);
	assert_string_equal(c.confidence.paths.v[0], "a/");
	assert_string_equal(c.report.url, "https://lab.example.org");
	assert_string_equal(c.report.from, "lab <lab@example.org>");
	assert_string_equal(c.report.operator.v[0], "ops@example.org");
	assert_int_equal(c.report.to, REPORT_AUTHOR | REPORT_CC);
	assert_int_equal(c.report.on, REPORT_ON_FAIL | REPORT_ON_PASS);
	assert_false(c.report.moderate);
	assert_int_equal(c.report.per_day, 3);
	assert_null(c.report.sendmail);
	assert_string_equal(c.report.smtp_password_file, password);
	assert_string_equal(c.report.checks.v[0], "media");
	assert_string_equal(c.report.context, "dma");
	assert_string_equal(c.report.kcidb_token_file, "/etc/token");
	assert_string_equal(c.report.kcidb_dir, out);
	assert_string_equal(c.report.kcidb_origin, "lab");
	config_done(&c);
	free(text);
	free(password);
	free(out);
}

static void without_it_nobody_hears_and_a_pass_is_booted_once(void **state)
{
	struct config c = { 0 };

	(void)state;
	must_read(good, &c);
	assert_true(c.confidence.blame == 0.01 && c.confidence.rate == 0);
	assert_int_equal(c.confidence.repeats, 30);
	assert_null(c.report.from);
	assert_null(c.report.kcidb_url);
	assert_int_equal(c.report.checks.n, 0);
	assert_int_equal(c.report.to, REPORT_OPERATOR);
	assert_int_equal(c.report.on, REPORT_ON_FAIL);
	assert_true(c.report.moderate);
	assert_int_equal(c.report.per_day, 20);
	assert_string_equal(c.report.sendmail, "/usr/sbin/sendmail");
	assert_string_equal(c.report.context, "dmalab");
	assert_string_equal(c.report.kcidb_origin, "dmalab");
	config_done(&c);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	static const struct fault faults[] = {
		{ "blame: 0.05", "blame: 1",
		  "lab.yaml:38: confidence: 'blame' must be a share between 0 and 1, as 0.05" },
		{ "blame: 0.05", "blame: 0.0",
		  "lab.yaml:38: confidence: 'blame' must be a share between 0 and 1, as 0.05" },
		{ "blame: 0.05", "blame: 0.5e-3",
		  "lab.yaml:38: confidence: 'blame' must be a share between 0 and 1, as 0.05" },
		{ "https://lab.", "ftp://lab.",
		  "lab.yaml:40: report: 'url' is not of the form https://HOST/PATH" },
		{ "lab <lab@example.org>", "lab <lab>",
		  "lab.yaml:41: report: 'from' is not of the form Name <a@example.org>" },
		{ "lab <lab@example.org>", "lab <lab@example.org",
		  "lab.yaml:41: report: 'from' is not of the form Name <a@example.org>" },
		{ "[ops@example.org]", "['a@b,c@d']",
		  "lab.yaml:42: report: 'operator' has something that is no address" },
		{ "[author, cc]", "[everybody]",
		  "lab.yaml:43: report: 'everybody' is nothing that 'to' can have" },
		{ "smtp://localhost", "smtp://lab:secret@localhost",
		  "lab.yaml:47: report: 'smtp' is not of the form smtp://HOST:PORT" },
		{ "  smtp_user: lab\n", "  sendmail: /bin/true\n",
		  "lab.yaml:47: report: 'smtp' and 'sendmail' are two ways; take one" },
		{ "  smtp_user: lab\n", "",
		  "lab.yaml:48: report: 'smtp_password_file' needs the other of smtp_user and "
		  "smtp_password_file" },
		{ "checks: [media]", "checks: [lkml]",
		  "lab.yaml:50: report: 'lkml' is no source of type patchwork with a token_file" },
		{ "context: dma", "context: 'a b'", "lab.yaml:51: report: 'context' is no name" },
	};
	char *text = change(good, BEHIND, SOURCE CONFIDENCE REPORT BEHIND);

	(void)state;
	assert_refused(text, faults, sizeof(faults) / sizeof(*faults));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_said_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_it_nobody_hears_and_a_pass_is_booted_once,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_named_with_its_line, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
