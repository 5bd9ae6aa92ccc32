// SPDX-License-Identifier: GPL-2.0-or-later
/* lab.yaml's labs, and what a target says for a LAVA server. */
#include "config_fixture.h"

#include <errno.h>

#include "base/mem.h"

#define LABS "labs:\n  local:\n    driver: lava-run\n    slots: 3\n"
#define SERVER                                                                                     \
	"  big:\n"                                                                                 \
	"    driver: lava-server\n"                                                                \
	"    url: https://lava.example/root//\n"                                                   \
	"    user: ci\n"                                                                           \
	"    token_file: secret/token\n"                                                           \
	"    listen: 0.0.0.0:8090\n"                                                               \
	"    files_url: http://agent.example:8090/\n"
/* The board is the server's. */
#define BOARD                                                                                      \
	"    lab: big\n"                                                                           \
	"    device_type: xu3\n"                                                                   \
	"    tags: [usb, camera]\n"                                                                \
	"    approve: true\n"                                                                      \
	"    job: qemu.yaml\n    dtb: board.dtb\n"

/* The good file with a server, and the board as its target. */
static char *served(void)
{
	char *labs = change(good, LABS, LABS SERVER);
	char *text = change(labs,
			    "    lab: local\n    device: virt.yaml\n    job: qemu.yaml\n"
			    "    dtb: board.dtb\n",
			    BOARD);

	free(labs);
	return text;
}

static void lab_of_a_server_has_its_keys_and_defaults(void **state)
{
	char *text = served(), *token = mem_printf("%s/secret/token", dir);
	const struct target_config *t;
	const struct lab_config *l;
	struct config c = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_config(text, &c, &err) < 0)
		fail_msg("%s", err.msg);
	l = config_lab(&c, "big");
	assert_int_equal(l->driver, LAB_LAVA_SERVER);
	assert_string_equal(l->url, "https://lava.example/root");
	assert_string_equal(l->user, "ci");
	assert_string_equal(l->token_file, token);
	assert_string_equal(l->listen, "0.0.0.0:8090");
	assert_string_equal(l->files_url, "http://agent.example:8090");
	assert_null(l->upload_url);
	assert_string_equal(l->priority, "low");
	assert_int_equal(l->slots, 2);
	assert_int_equal(l->queue_s, 3600);
	assert_int_equal(l->max_queue, 100);
	assert_int_equal(l->poll_s, 5);
	t = config_target(&c, "board");
	assert_string_equal(t->device_type, "xu3");
	assert_null(t->device);
	assert_int_equal(t->tags.n, 2);
	assert_string_equal(t->tags.v[1], "camera");
	assert_true(t->approve);
	assert_false(config_target(&c, "virt")->approve);
	assert_null(t->missing);
	config_done(&c);
	free(text);
	free(token);
}

/* As who takes away the "# " before it has it. */
static void example_of_a_server_in_lab_yaml_is_right(void **state)
{
	static const char *const folders[] = { "kernel_tests: kernel-tests\n", "patches: patches\n",
					       "jobs: jobs\n" };
	char *text = fixture("lab.yaml"), *top = realpath(".", NULL);
	char *at = strstr(text, "  # big:\n"), *end;
	struct config c = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_non_null(at);
	for (end = strstr(at, "\n\n"); at < end; at = strchr(at, '\n') + 1, end -= 2)
		memmove(at + 2, at + 4, strlen(at + 4) + 1);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		char *name = strchr(folders[i], ' ') + 1;
		char *to = mem_printf("%.*s%s/%s", (int)(name - folders[i]), folders[i], top, name);
		char *next = change(text, folders[i], to);

		free(text);
		free(to);
		text = next;
	}
	if (read_config(text, &c, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(config_lab(&c, "big")->driver, LAB_LAVA_SERVER);
	assert_string_equal(config_lab(&c, "big")->priority, "low");
	config_done(&c);
	free(text);
	free(top);
}

static void lab_of_lava_run_boots_a_known_kernel_once_a_day(void **state)
{
	struct config c = { 0 };
	struct err err = { 0 };
	const struct lab_config *l;

	(void)state;
	if (read_config(good, &c, &err) < 0)
		fail_msg("%s", err.msg);
	l = config_lab(&c, "local");
	assert_int_equal(l->driver, LAB_LAVA_RUN);
	assert_int_equal(l->slots, 3);
	assert_int_equal(l->health_s, 24 * 3600);
	assert_null(l->url);
	assert_null(l->priority);
	config_done(&c);
}

static void server_takes_a_priority_as_a_word_or_a_number(void **state)
{
	static const char *const right[] = { "low", "medium", "high", "0", "100", "'35'" };

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(*right); i++) {
		char *with = mem_printf("    user: ci\n    priority: %s\n", right[i]);
		char *base = served(), *text = change(base, "    user: ci\n", with);
		struct config c = { 0 };
		struct err err = { 0 };

		if (read_config(text, &c, &err) < 0)
			fail_msg("%s", err.msg);
		config_done(&c);
		free(text);
		free(base);
		free(with);
	}
}

static const struct fault faults[] = {
	{ "driver: lava-server", "driver: lava",
	  "lab.yaml:42: labs.big: unknown driver 'lava'; "
	  "there are lava-run and lava-server" },
	{ "    user: ci\n", "", "lab.yaml:42: labs.big: key 'user' is missing, which driver" },
	{ "    token_file: secret/token\n", "", "lab.yaml:42: labs.big: key 'token_file' is" },
	{ "    url: https://lava.example/root//\n", "", "lab.yaml:42: labs.big: key 'url' is" },
	{ "    files_url: http://agent.example:8090/\n", "",
	  "lab.yaml:42: labs.big: key 'files_url' is missing" },
	{ "    listen: 0.0.0.0:8090\n", "", "lab.yaml:42: labs.big: one of 'listen' and" },
	{ "    user: ci\n", "    user: ci\n    upload_url: http://f.example\n",
	  "lab.yaml:42: labs.big: one of 'listen' and 'upload_url'" },
	{ "url: https://lava", "url: ftp://lava", "lab.yaml:43: labs.big: url 'ftp://lava" },
	{ "files_url: http:", "files_url: file:", "lab.yaml:47: labs.big: files_url 'file:" },
	{ "0.0.0.0:8090", "0.0.0.0", "lab.yaml:46: labs.big: listen '0.0.0.0' is no ADDRESS:PORT" },
	{ "0.0.0.0:8090", "h:0", "lab.yaml:46: labs.big: listen 'h:0' is no" },
	{ "0.0.0.0:8090", "h:65536", "lab.yaml:46: labs.big: listen 'h:65536' is no" },
	{ "0.0.0.0:8090", "h:8090x", "lab.yaml:46: labs.big: listen 'h:8090x' is no" },
	{ "user: ci", "user: [ci]", "lab.yaml:44: labs.big: 'user' must be text" },
	{ "user: ci", "user: ci\n    priority: urgent",
	  "lab.yaml:45: labs.big: priority 'urgent' is none of" },
	{ "user: ci", "user: ci\n    priority: 101", "lab.yaml:45: labs.big: priority '101' is" },
	{ "user: ci", "user: ci\n    priority: -1", "lab.yaml:45: labs.big: priority '-1' is" },
	{ "user: ci", "user: ci\n    queue_s: 9", "lab.yaml:45: labs.big: 'queue_s' is 9, not" },
	{ "user: ci", "user: ci\n    max_queue: -1",
	  "lab.yaml:45: labs.big: 'max_queue' is -1, not" },
	{ "user: ci", "user: ci\n    poll: 0", "lab.yaml:45: labs.big: 'poll' is 0, not within" },
	{ "user: ci", "user: ci\n    slots: 0", "lab.yaml:45: labs.big: 'slots' is 0, not" },
	/* each driver has its own keys */
	{ "user: ci", "user: ci\n    health: 60",
	  "lab.yaml:45: labs.big: 'health' is no key of a lab with driver lava-server" },
	{ "slots: 3", "slots: 3\n    url: http://x",
	  "lab.yaml:41: labs.local: 'url' is no key of a lab with driver lava-run" },
	{ "slots: 3", "slots: 3\n    wake: true",
	  "lab.yaml:41: labs.local: 'wake' is no key of a lab with driver lava-run" },
	{ "    listen: 0.0.0.0:8090\n", "    upload_url: http://f.example\n    wake: true\n",
	  "lab.yaml:47: labs.big: 'wake' needs 'listen'" },
	{ "slots: 3", "slots: 3\n    priority: low",
	  "lab.yaml:41: labs.local: 'priority' is no key of a lab with driver lava-run" },
	/* and wants its own of a target */
	{ "    device_type: xu3\n", "    device: virt.yaml\n",
	  "lab.yaml:29: targets.board: lab 'big' has driver lava-server, which needs a "
	  "'device_type'" },
	{ "    device: virt.yaml\n    job: qemu.yaml\n    dtb: qemu\n",
	  "    device_type: qemu\n    job: qemu.yaml\n",
	  "lab.yaml:21: targets.virt: lab 'local' has driver lava-run, which needs a 'device'" },
	{ "    job: qemu.yaml\n    dtb: board.dtb\n", "    dtb: board.dtb\n",
	  "lab.yaml:28: targets.board: key 'job' is missing" },
	{ "approve: true", "approve: yes", "lab.yaml:32: targets.board: 'approve' must be" },
	{ "tags: [usb, camera]", "tags: usb", "lab.yaml:31: targets.board: 'tags' must be a list" },
	{ "    dtb: board.dtb\n", "    dtb: qemu\n",
	  "lab.yaml:34: targets.board: dtb 'qemu' needs a device" },
};

static void fault_in_a_lab_is_named_with_line_and_key(void **state)
{
	char *base = served();

	(void)state;
	assert_refused(base, faults, sizeof(faults) / sizeof(*faults));
	free(base);
}

#define IN_A_FOLDER(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(lab_of_a_server_has_its_keys_and_defaults),
		IN_A_FOLDER(example_of_a_server_in_lab_yaml_is_right),
		IN_A_FOLDER(lab_of_lava_run_boots_a_known_kernel_once_a_day),
		IN_A_FOLDER(server_takes_a_priority_as_a_word_or_a_number),
		IN_A_FOLDER(fault_in_a_lab_is_named_with_line_and_key),
	};

	return cmocka_run_group_tests_name("config_labs", tests, NULL, NULL);
}
