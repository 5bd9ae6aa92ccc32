// SPDX-License-Identifier: GPL-2.0-or-later
/* LAVA's jobs: the templates of jobs/ with what a boot puts into them. */
#include "unit.h"

#include <errno.h>

#include "base/buf.h"
#include "base/mem.h"
#include "stage/lab/definition.h"
#include "yaml/yaml.h"

static struct definition plain(void)
{
	return (struct definition){ .template = "jobs/qemu.yaml",
				    .name = "n",
				    .kernel = "/k",
				    .ramdisk = "/r",
				    .dtb = "/d",
				    .cmdline = "console=ttyAMA0 mem=192M@0x40000000",
				    .filter = "",
				    .timeout_s = 30 };
}

/* The job as it reads back. */
static struct yaml *make(const struct definition *d)
{
	struct yaml *y = NULL;
	struct buf b = { 0 };
	struct err err = { 0 };

	if (definition_make(d, &b, &err) < 0 || yaml_parse("job", b.data, b.len, &y, &err) < 0)
		fail_msg("%s", err.msg);
	buf_done(&b);
	return y;
}

static void assert_at(const struct yaml *y, const char *path, const char *text)
{
	const struct yaml_node *n = yaml_find(y, path);

	if (!n)
		fail_msg("no '%s'", path);
	assert_string_equal(yaml_text(n, NULL), text);
}

static void job_has_artefacts_command_line_and_timeouts(void **state)
{
	struct definition d = plain();
	struct yaml *y = make(&d);

	(void)state;
	assert_at(y, "job_name", "n");
	assert_at(y, "actions/0/deploy/images/kernel/url", "file:///k");
	assert_at(y, "actions/0/deploy/images/kernel/image_arg",
		  "-kernel {kernel} -append \"console=ttyAMA0 mem=192M@0x40000000\"");
	assert_at(y, "actions/0/deploy/images/ramdisk/url", "file:///r");
	assert_at(y, "actions/0/deploy/images/dtb/url", "file:///d");
	assert_at(y, "timeouts/job/seconds", "90");
	assert_at(y, "actions/2/test/timeout/seconds", "30");
	/* LAVA calls a hang a pass where the test may take longer than the boot. */
	assert_at(y, "actions/1/boot/timeout/seconds", "40");
	/* What is not set is the template's. */
	assert_at(y, "actions/2/test/monitors/0/start", "Linux version [0-9]");
	yaml_free(&y);
}

static void job_has_a_filter_where_one_is_asked_for_and_no_tree_where_none_is(void **state)
{
	struct definition d = plain();
	struct yaml *y;

	(void)state;
	d.filter = "dma-nopage-*.case_?";
	d.dtb = NULL;
	y = make(&d);
	assert_at(y, "actions/0/deploy/images/kernel/image_arg",
		  "-kernel {kernel} -append \"console=ttyAMA0 mem=192M@0x40000000 "
		  "kunit.filter_glob=dma-nopage-*.case_?\"");
	assert_null(yaml_find(y, "actions/0/deploy/images/dtb"));
	yaml_free(&y);
}

static void odd_names_and_paths_come_out_literally(void **state)
{
	static const char *const odd[] = { "/a b/$(touch x)", "/it's \"q\"",	    "/new\nline: x",
					   "/back\\slash",    "/# - ! & * {k} [l]", "/\xc3\xa9" };
	struct definition d = plain();

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		char *url = mem_printf("file://%s", odd[i]);
		struct yaml *y;

		d.name = d.kernel = odd[i];
		y = make(&d);
		assert_at(y, "job_name", odd[i]);
		assert_at(y, "actions/0/deploy/images/kernel/url", url);
		assert_int_equal(yaml_count(yaml_root(y)), 6);
		yaml_free(&y);
		free(url);
	}
}

static void command_line_that_could_be_taken_apart_is_refused(void **state)
{
	static const char *const lines[] = { "a\" -drive file=/etc/passwd \"", "a\\", "{kernel}",
					     "a\nb", "a\tb" };
	static const char *const filters[] = { "a b", "a\"", "a\n", "$(x)", "{kernel}", "a/b" };
	struct definition d = plain();
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		d.cmdline = lines[i];
		assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
	}
	d = plain();
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		d.filter = filters[i];
		assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
	}
	assert_int_equal(b.len, 0);
}

static void template_without_an_action_is_named(void **state)
{
	struct definition d = plain();
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	d.template = "jobs/devices/virt.yaml";
	assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "jobs/devices/virt.yaml: no 'deploy'"));
	d.template = "jobs/nowhere.yaml";
	assert_int_equal(definition_make(&d, &b, &err), -ENOENT);
}

/* --- for a server --- */

static struct definition at_server(const char *template)
{
	struct definition d = plain();

	d.template = template;
	d.name = "dmalab-0123456789abcdef-7";
	d.kernel = "http://lab:8090/k.zImage";
	d.ramdisk = "http://lab:8090/r.cpio.gz";
	d.dtb = "http://lab:8090/d.dtb";
	d.device_type = "xu3";
	d.priority = "low";
	d.queue_s = 600;
	return d;
}

static long number_at(const struct yaml *y, const char *path)
{
	const struct yaml_node *n = yaml_find(y, path);

	if (!n)
		fail_msg("no '%s'", path);
	return strtol(yaml_text(n, NULL), NULL, 10);
}

static void job_for_a_server_has_type_tags_priority_and_queue(void **state)
{
	struct definition d = at_server("jobs/qemu.yaml");
	struct strv tags = { 0 };
	struct yaml *y;

	(void)state;
	strv_add(&tags, "usb: yes");
	strv_add(&tags, "camera");
	d.tags = &tags;
	y = make(&d);
	assert_at(y, "job_name", "dmalab-0123456789abcdef-7");
	assert_at(y, "device_type", "xu3");
	assert_at(y, "priority", "low");
	assert_at(y, "tags/0", "usb: yes");
	assert_at(y, "tags/1", "camera");
	assert_int_equal(yaml_count(yaml_find(y, "tags")), 2);
	assert_int_equal(number_at(y, "timeouts/queue/seconds"), 600);
	assert_at(y, "visibility", "public");
	assert_at(y, "actions/0/deploy/images/kernel/url", "http://lab:8090/k.zImage");
	assert_at(y, "actions/0/deploy/images/ramdisk/url", "http://lab:8090/r.cpio.gz");
	yaml_free(&y);
	strv_done(&tags);
	d.priority = "35";
	d.tags = &tags;
	d.queue_s = 0;
	y = make(&d);
	assert_int_equal(number_at(y, "priority"), 35);
	assert_null(yaml_find(y, "tags"));
	assert_null(yaml_find(y, "timeouts/queue"));
	yaml_free(&y);
}

static void lava_is_asked_to_call_where_the_lab_wants_that(void **state)
{
	static const char *const jobs[] = { "jobs/qemu.yaml", "jobs/uboot.yaml",
					    "jobs/barebox.yaml", "jobs/depthcharge.yaml" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct definition d = at_server(jobs[i]);
		struct yaml *y = make(&d);

		assert_null(yaml_find(y, "notify"));
		yaml_free(&y);
		d.wake = "http://lab:8090/wake";
		y = make(&d);
		assert_at(y, "notify/callbacks/0/url", "http://lab:8090/wake");
		assert_at(y, "notify/criteria/status", "finished");
		yaml_free(&y);
	}
}

static void job_for_lava_run_has_nothing_of_a_server(void **state)
{
	struct definition d = plain();
	struct yaml *y = make(&d);

	(void)state;
	assert_null(yaml_find(y, "device_type"));
	assert_null(yaml_find(y, "tags"));
	assert_null(yaml_find(y, "timeouts/queue"));
	yaml_free(&y);
}

/* A hang must have had its time: no time-out is cut short by one around it. */
static void timeouts_for_a_server_hold_each_other(void **state)
{
	static const char *const templates[] = { "jobs/qemu.yaml", "jobs/uboot.yaml",
						 "jobs/barebox.yaml", "jobs/depthcharge.yaml" };

	(void)state;
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		for (int s = 5; s <= 600; s += 595) {
			struct definition d = at_server(templates[i]);
			struct yaml *y;
			long deploy, boot, test, job;

			d.timeout_s = s;
			y = make(&d);
			deploy = number_at(y, "actions/0/deploy/timeout/seconds");
			boot = number_at(y, "actions/1/boot/timeout/seconds");
			test = number_at(y, "actions/2/test/timeout/seconds");
			assert_int_equal(test, s);
			/* LAVA calls a hang a pass otherwise. */
			assert_true(boot > test);
			assert_true(number_at(y, "timeouts/action/seconds") >= boot);
			job = number_at(y, "timeouts/job/seconds");
			assert_true(job >= deploy + boot + test &&
				    job <= deploy + boot + test + 60);
			assert_true(job <= definition_server_s(s));
			yaml_free(&y);
		}
}

static void board_behind_u_boot_gets_files_type_and_command_line(void **state)
{
	struct definition d = at_server("jobs/uboot.yaml");
	struct yaml *y;

	(void)state;
	d.filter = "dma-*";
	d.image = IMAGE_UIMAGE_DTB;
	d.dtb = NULL;
	y = make(&d);
	assert_at(y, "device_type", "xu3");
	assert_at(y, "actions/0/deploy/kernel/url", "http://lab:8090/k.zImage");
	assert_at(y, "actions/0/deploy/kernel/type", "uimage");
	assert_at(y, "actions/0/deploy/ramdisk/url", "http://lab:8090/r.cpio.gz");
	assert_at(y, "actions/0/deploy/ramdisk/compression", "gz");
	assert_null(yaml_find(y, "actions/0/deploy/dtb"));
	assert_at(y, "context/extra_kernel_args",
		  "console=ttyAMA0 mem=192M@0x40000000 kunit.filter_glob=dma-*");
	assert_at(y, "actions/1/boot/method", "u-boot");
	yaml_free(&y);
	d.image = IMAGE_ZIMAGE;
	d.dtb = "http://lab:8090/d.dtb";
	y = make(&d);
	assert_at(y, "actions/0/deploy/kernel/type", "zimage");
	assert_at(y, "actions/0/deploy/dtb/url", "http://lab:8090/d.dtb");
	yaml_free(&y);
}

static void board_behind_barebox_or_depthcharge_gets_its_command_line(void **state)
{
	struct definition d = at_server("jobs/barebox.yaml");
	struct yaml *y = make(&d);

	(void)state;
	assert_at(y, "actions/1/boot/commands/0",
		  "global linux.bootargs.dmalab=\"console=ttyAMA0 mem=192M@0x40000000\"");
	assert_at(y, "actions/0/deploy/kernel/url", "http://lab:8090/k.zImage");
	assert_null(yaml_find(y, "context/extra_kernel_args"));
	yaml_free(&y);
	d.template = "jobs/depthcharge.yaml";
	y = make(&d);
	assert_at(y, "context/extra_kernel_args", "console=ttyAMA0 mem=192M@0x40000000");
	assert_at(y, "actions/0/deploy/dtb/url", "http://lab:8090/d.dtb");
	assert_null(yaml_find(y, "actions/0/deploy/kernel/type"));
	yaml_free(&y);
}

static void boot_loader_gets_no_command_line_that_it_could_take_apart(void **state)
{
	static const char *const lines[] = { "a;reset", "a'", "$(x)", "`x`", "a\"", "a\\", "{x}" };
	static const char *const templates[] = { "jobs/uboot.yaml", "jobs/barebox.yaml",
						 "jobs/depthcharge.yaml" };
	struct buf b = { 0 };
	struct err err = { 0 };

	(void)state;
	for (size_t t = 0; t < sizeof(templates) / sizeof(*templates); t++)
		for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
			struct definition d = at_server(templates[t]);

			d.cmdline = lines[i];
			assert_int_equal(definition_make(&d, &b, &err), -EINVAL);
		}
	assert_int_equal(b.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(job_has_artefacts_command_line_and_timeouts),
		cmocka_unit_test(job_has_a_filter_where_one_is_asked_for_and_no_tree_where_none_is),
		cmocka_unit_test(odd_names_and_paths_come_out_literally),
		cmocka_unit_test(command_line_that_could_be_taken_apart_is_refused),
		cmocka_unit_test(template_without_an_action_is_named),
		cmocka_unit_test(job_for_a_server_has_type_tags_priority_and_queue),
		cmocka_unit_test(lava_is_asked_to_call_where_the_lab_wants_that),
		cmocka_unit_test(job_for_lava_run_has_nothing_of_a_server),
		cmocka_unit_test(timeouts_for_a_server_hold_each_other),
		cmocka_unit_test(board_behind_u_boot_gets_files_type_and_command_line),
		cmocka_unit_test(board_behind_barebox_or_depthcharge_gets_its_command_line),
		cmocka_unit_test(boot_loader_gets_no_command_line_that_it_could_take_apart),
	};

	return cmocka_run_group_tests_name("lab_definition", tests, NULL, NULL);
}
