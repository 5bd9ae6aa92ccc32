// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_fixture.h"

#include <errno.h>

#include "base/mem.h"

/* `serve:`: where the pages are, and who may do something there. */

#define BEHIND "labs:\n" /* new keys are put before it, from line 35 on */
#define SERVE                                                                                      \
	"serve:\n"                                                                                 \
	"  listen: 127.0.0.1:8080\n"                                                               \
	"  token_file: secret/token\n"                                                             \
	"  behind_proxy: true\n"

static void must_read(const char *text, struct config *c)
{
	struct err err = { 0 };

	if (read_config(text, c, &err) < 0)
		fail_msg("%s", err.msg);
}

static void what_is_said_is_read(void **state)
{
	char *text = change(good, BEHIND, SERVE BEHIND);
	char *token = mem_printf("%s/secret/token", dir);
	struct config c = { 0 };

	(void)state;
	must_read(text, &c);
	assert_string_equal(c.serve.listen, "127.0.0.1:8080");
	assert_string_equal(c.serve.token_file, token);
	assert_true(c.serve.behind_proxy);
	config_done(&c);
	free(text);
	free(token);
}

static void without_it_the_agent_serves_nothing_and_nobody_acts(void **state)
{
	struct config c = { 0 };

	(void)state;
	must_read(good, &c);
	assert_null(c.serve.listen);
	assert_null(c.serve.token_file);
	assert_false(c.serve.behind_proxy);
	config_done(&c);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	static const struct fault faults[] = {
		{ "127.0.0.1:8080", "127.0.0.1",
		  "lab.yaml:36: serve: listen '127.0.0.1' is no ADDRESS:PORT" },
		{ "127.0.0.1:8080", "127.0.0.1:0",
		  "lab.yaml:36: serve: listen '127.0.0.1:0' is no ADDRESS:PORT" },
		{ "127.0.0.1:8080", "127.0.0.1:65536",
		  "lab.yaml:36: serve: listen '127.0.0.1:65536' is no ADDRESS:PORT" },
		{ "127.0.0.1:8080", "':8080'",
		  "lab.yaml:36: serve: listen ':8080': every address is 0.0.0.0:8080 or "
		  "[::]:8080" },
		{ "behind_proxy: true", "behind_proxy: 2",
		  "lab.yaml:38: serve: 'behind_proxy' must be true or false" },
	};
	char *text = change(good, BEHIND, SERVE BEHIND);

	(void)state;
	assert_refused(text, faults, sizeof(faults) / sizeof(*faults));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_said_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_it_the_agent_serves_nothing_and_nobody_acts,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_named_with_its_line, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
