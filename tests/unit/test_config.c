// SPDX-License-Identifier: GPL-2.0-or-later
#include "config_fixture.h"

#include <errno.h>

#include "base/mem.h"

enum { PLAIN_UID = 64124 };

static void config_is_read_with_its_paths_absolute(void **state)
{
	struct config c = { 0 };
	struct err err = { 0 };
	struct buf path = { 0 };

	(void)state;
	if (read_config(good, &c, &err) < 0)
		fail_msg("%s", err.msg);
	buf_printf(&path, "%s/work", dir);
	assert_string_equal(c.work_dir, path.data);
	assert_string_equal(c.cache_dir, "/srv/cache");
	path.len = 0;
	buf_printf(&path, "%s/kernel-tests", dir);
	assert_string_equal(c.kernel_tests, path.data);
	assert_string_equal(c.fix, "one");
	assert_int_equal(c.build_uid, 4242);
	assert_int_equal(c.n_trees, 2);
	assert_string_equal(c.trees[0].name, "debian-6.1");
	assert_string_equal(config_tree(&c, "debian-6.12")->source, "debian:linux-source-6.12");
	assert_int_equal(config_kernel(&c, "arm")->n_fragments, 2);
	assert_string_equal(config_kernel(&c, "arm")->goals[1], "board.dtb");
	assert_string_equal(config_target(&c, "virt")->overlay, "virt.dtso");
	assert_null(config_target(&c, "board")->overlay);
	assert_int_equal(config_target(&c, "board")->timeout_s, 90);
	assert_int_equal(config_lab(&c, "local")->slots, 3);
	assert_int_equal(c.limits.jobs, 5);
	assert_int_equal(c.limits.retries, 0);
	buf_done(&path);
	config_done(&c);
}

static void key_left_out_has_the_default_that_labyaml_says(void **state)
{
	char *text = change(good, "limits:\n  jobs: 5\n  console_mb: 4\n  retries: 0\n", "");
	char *less = change(text, "build_uid: 4242\n", "");
	struct config c = { 0 }, own = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_config(less, &c, &err) < 0 || config_read("lab.yaml", &own, &err) < 0)
		fail_msg("%s", err.msg);
	assert_memory_equal(&c.limits, &own.limits, sizeof(c.limits));
	assert_int_equal(c.build_uid, own.build_uid);
	assert_int_equal(config_target(&c, "virt")->timeout_s,
			 config_target(&own, "virt")->timeout_s);
	config_done(&c);
	config_done(&own);
	free(text);
	free(less);
}

static void where_builds_are_compiled_is_read(void **state)
{
	static const char words[] = "limits:\n";
	char *far = change(good, words,
			   "compile:\n  ccache: shared\n  icecc: true\n  jobs: 16\nlimits:\n");
	char *wrong = change(good, words, "compile:\n  jobs: 16\nlimits:\n");
	char *folder = mem_printf("%s/shared", dir);
	struct config c = { 0 }, here = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_config(far, &c, &err) < 0 || read_config(good, &here, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(c.compile.ccache, folder);
	assert_true(c.compile.icecc);
	assert_int_equal(c.compile.jobs, 16);
	assert_null(here.compile.ccache);
	assert_false(here.compile.icecc);
	config_done(&c);
	config_done(&here);
	assert_int_equal(read_config(wrong, &c, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "compile: 'jobs' is for icecc"));
	free(far);
	free(wrong);
	free(folder);
}

/* The defaults of whoever we are by now. */
static void assert_folders(const char *work_dir, const char *cache_dir)
{
	char *path = mem_printf("%s/lab.yaml", dir);
	struct config c = { 0 };
	struct err err = { 0 };

	if (config_read(path, &c, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(c.work_dir, work_dir);
	assert_string_equal(c.cache_dir, cache_dir);
	config_done(&c);
	free(path);
}

static void folders_left_out_are_roots_or_by_xdg(void **state)
{
	char *text = change(good, "work_dir: work\ncache_dir: /srv/cache\n", "");
	int root = geteuid() == 0;

	(void)state;
	free(write_file("lab.yaml", text));
	sh(dir, "chmod 755 .");
	setenv("XDG_STATE_HOME", "/srv/state", 1);
	setenv("XDG_CACHE_HOME", "not/absolute", 1);
	setenv("HOME", "/srv/home", 1);
	if (root)
		assert_folders("/var/lib/dmalab", "/var/cache/dmalab");
	assert_int_equal(root ? seteuid(PLAIN_UID) : 0, 0);
	assert_folders("/srv/state/dmalab", "/srv/home/.cache/dmalab");
	assert_int_equal(root ? seteuid(0) : 0, 0);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	free(text);
}

static void fix_none_is_no_fix(void **state)
{
	char *text = change(good, "fix: one", "fix: none");
	struct config c = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_config(text, &c, &err) < 0)
		fail_msg("%s", err.msg);
	assert_null(c.fix);
	config_done(&c);
	free(text);
}

static const struct fault faults[] = {
	/* unknown keys */
	{ "slots: 3", "slot: 3", "lab.yaml:38: labs.local: unknown key 'slot'" },
	{ "timeout_s: 90", "tiemout: 90", "lab.yaml:34: targets.board: unknown key 'tiemout'" },
	{ "fix: one", "fixes: one", "lab.yaml:5: unknown key 'fixes'" },
	{ "jobs: 5", "\"j\\nk\": 5", "lab.yaml:40: limits: unknown key 'j?k'" },
	{ "trees:", "? [a]\n: b\ntrees:", "lab.yaml:7: unknown key '?'" },
	/* wrong types */
	{ "timeout_s: 90", "timeout_s: soon",
	  "lab.yaml:34: targets.board: 'timeout_s' must be a whole number" },
	{ "timeout_s: 90", "timeout_s: 9.5",
	  "lab.yaml:34: targets.board: 'timeout_s' must be a whole number" },
	{ "timeout_s: 90", "timeout_s: [90]",
	  "lab.yaml:34: targets.board: 'timeout_s' must be a whole number" },
	{ "fix: one", "fix: [one]", "lab.yaml:5: 'fix' must be text" },
	{ "fix: one", "fix:", "lab.yaml:5: 'fix' is empty" },
	{ "fix: one", "fix: \"a\\nb\"", "lab.yaml:5: 'fix' has a line break" },
	{ "goals: [zImage, board.dtb]", "goals: zImage",
	  "lab.yaml:17: configs.arm: 'goals' must be a list" },
	{ "goals: [zImage, board.dtb]", "goals: []", "lab.yaml:17: configs.arm: 'goals' must be" },
	{ "goals: [zImage, board.dtb]", "goals: [zImage, [x]]",
	  "lab.yaml:17: configs.arm: 'goals' must be text" },
	{ "    source: debian:linux-source-6.1\n", "",
	  "lab.yaml:8: trees.debian-6.1: must be a map" },
	{ "labs:\n  local:\n    driver: lava-run\n    slots: 3", "labs: []",
	  "lab.yaml:35: 'labs' must be a map" },
	/* out of range */
	{ "timeout_s: 90", "timeout_s: 4",
	  "lab.yaml:34: targets.board: 'timeout_s' is 4, not within 5 to 3600" },
	{ "jobs: 5", "jobs: -1", "lab.yaml:40: limits: 'jobs' is -1, not within 0 to" },
	{ "jobs: 5", "jobs: 99999999999999999999", "lab.yaml:40: limits: 'jobs' is 9999" },
	{ "build_uid: 4242", "build_uid: 0", "lab.yaml:6: 'build_uid' is 0, not within 1" },
	/* missing keys */
	{ "version: 1\n", "", "lab.yaml: key 'version' is missing" },
	{ "    device: virt.yaml\n", "", "lab.yaml:20: targets.virt: key 'device' is missing" },
	{ "    job: qemu.yaml\n", "", "lab.yaml:20: targets.virt: key 'job' is missing" },
	{ "    cmdline: console=ttyAMA0 mem=192M\n", "",
	  "lab.yaml:20: targets.virt: key 'cmdline' is missing" },
	/* images */
	{ "timeout_s: 90", "image: Image", "lab.yaml:34: targets.board: image 'Image' is none of" },
	{ "timeout_s: 90", "image: uImage",
	  "lab.yaml:28: targets.board: key 'load_address' is missing" },
	{ "timeout_s: 90", "load_address: 0x8000",
	  "lab.yaml:34: targets.board: 'load_address' is for image uImage" },
	{ "timeout_s: 90", "image: uImage\n    load_address: 0x100000000",
	  "lab.yaml:35: targets.board: 'load_address' is 0x100000000, more than 32 bits" },
	{ "timeout_s: 90", "image: uImage\n    load_address: -1",
	  "lab.yaml:35: targets.board: 'load_address' must be an address" },
	{ "timeout_s: 90", "image: uImage\n    load_address: 0x",
	  "lab.yaml:35: targets.board: 'load_address' must be an address" },
	{ "dtb: board.dtb\n    cmdline: console=ttySAC0,115200\n    timeout_s: 90",
	  "image: zImage+dtb\n    cmdline: x", "lab.yaml:28: targets.board: key 'dtb' is missing" },
	/* plans and designs */
	{ "fix: one", "plans: [one]", "lab.yaml:5: 'plans' must be a map" },
	{ "fix: one", "plans: {patch: {targets: []}}",
	  "lab.yaml:5: plans.patch: 'targets' must be" },
	{ "fix: one", "plans: {patch: {target: [virt]}}",
	  "lab.yaml:5: plans.patch: unknown key 'target'" },
	{ "fix: one", "plans: {patch: {targets: [nosuch]}}",
	  "lab.yaml:5: plans.patch: 'nosuch' is not one of targets" },
	{ "fix: one", "plans: {patch: {targets: [virt, virt]}}",
	  "lab.yaml:5: plans.patch: target 'virt' is there twice" },
	{ "fix: one", "designs: one", "lab.yaml:5: 'designs' must be a list" },
	{ "fix: one", "designs: [../one]", "lab.yaml:5: designs: '../one' is no name" },
	{ "fix: one", "designs: [none]", "lab.yaml:5: designs: 'none' is no name" },
	{ "fix: one", "designs: [one, one]", "lab.yaml:5: designs: 'one' is there twice" },
	/* more missing keys */
	{ "version: 1", "version: 2", "lab.yaml:2: version 2 is unknown" },
	{ "version: 1", "version: one", "lab.yaml:2: version 0 is unknown" },
	/* names that are used and not defined, or are none */
	{ "config: arm", "config: mips",
	  "lab.yaml:20: targets.virt: config 'mips' is not one of configs" },
	{ "lab: local", "lab: far", "lab.yaml:21: targets.virt: lab 'far' is not one of labs" },
	{ "dtb: board.dtb", "dtb: other.dtb", "lab.yaml:32: targets.board: dtb 'other.dtb' is" },
	{ "driver: lava-run", "driver: ssh", "lab.yaml:37: labs.local: unknown driver 'ssh'" },
	{ "source: debian:linux-source-6.1\n", "source: git://x\n",
	  "lab.yaml:9: trees.debian-6.1: source 'git://x' is not" },
	{ "  virt:", "  ../virt:", "lab.yaml:19: targets: '../virt' is no name" },
	{ "  virt:", "  'a b':", "lab.yaml:19: targets: 'a b' is no name" },
	/* files and folders that are missing, or lead elsewhere */
	{ "fix: one", "fix: two", "lab.yaml:5: fix 'two' is no folder" },
	{ "fix: one", "fix: ../patches/one", "lab.yaml:5: fix '../patches/one' is no folder" },
	{ "fix: one", "jobs: nowhere", "lab.yaml:5: jobs: folder '" },
	{ "tests.config]", "../x]", "lab.yaml:16: configs.arm: '../x' is no file name" },
	{ "zImage, board", "-fno, board", "lab.yaml:17: configs.arm: '-fno' is no file name" },
	/* what a command line could not carry */
	{ "console=ttyAMA0 mem", "console=\"tty\" mem",
	  "lab.yaml:26: targets.virt: 'cmdline' has" },
	{ "mem=192M", "kunit.filter_glob=x", "lab.yaml:26: targets.virt: 'cmdline' sets kunit" },
	/* no YAML */
	{ "goals: [zImage", "goals: [[zImage", "lab.yaml:" },
	{ "fix: one", "fix: one\nfix: one", "lab.yaml:6: duplicate key" },
	{ "fix: one", "fix: \xff", "lab.yaml: byte " },
	{ "labs:", "---\nlabs:", "lab.yaml: more than one YAML document" },
	{ "fix: one", "fix: &a one", "" },
};

static void fault_is_named_with_file_line_and_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		char *text = change(good, faults[i].from, faults[i].to);
		struct config c = { 0 };
		struct err err = { 0 };
		int r = read_config(text, &c, &err);

		if (!faults[i].message[0]) {
			assert_int_equal(r, 0); /* an anchor alone is harmless */
		} else {
			if (r == 0)
				fail_msg("accepted: %s", faults[i].to);
			assert_message(&err, faults[i].message);
		}
		config_done(&c);
		free(text);
	}
}

static void file_that_is_missing_is_an_error_of_what_needs_it_only(void **state)
{
	static const struct fault missing[] = {
		{ "tests.config]", "nope.config]", "lab.yaml:16: configs.arm: fragments '" },
		{ "device: virt.yaml", "device: x.yaml", "lab.yaml:22: targets.virt: device '" },
		{ "job: qemu.yaml", "job: devices", "lab.yaml:23: targets.virt: job '" },
		{ "overlay: virt.dtso", "overlay: x.dtso", "lab.yaml:25: targets.virt: overlay '" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++) {
		char *text = change(good, missing[i].from, missing[i].to);
		struct config c = { 0 };
		struct err err = { 0 };

		if (read_config(text, &c, &err) < 0)
			fail_msg("%s", err.msg);
		(void)err_set(&err, EINVAL, "%s",
			      i ? config_target(&c, "virt")->missing
				: config_kernel(&c, "arm")->missing);
		assert_message(&err, missing[i].message);
		assert_null(config_target(&c, "board")->missing);
		config_done(&c);
		free(text);
	}
}

static void target_without_a_lab_needs_nothing_to_boot_it(void **state)
{
	char *text = change(good,
			    "    lab: local\n    device: virt.yaml\n    job: qemu.yaml\n"
			    "    dtb: board.dtb\n    cmdline: console=ttySAC0,115200\n"
			    "    timeout_s: 90\n",
			    "    dtb: board.dtb\n    image: uImage+dtb\n"
			    "    load_address: 0x40008000\n");
	struct config c = { 0 };
	struct err err = { 0 };
	const struct target_config *t;
	char *artifact;

	(void)state;
	if (read_config(text, &c, &err) < 0)
		fail_msg("%s", err.msg);
	t = config_target(&c, "board");
	assert_null(t->lab);
	assert_null(t->cmdline);
	assert_int_equal(t->image, IMAGE_UIMAGE_DTB);
	assert_int_equal(t->load_address, 0x40008000);
	artifact = target_image_artifact(t);
	assert_string_equal(artifact, "board.uImage");
	free(artifact);
	artifact = target_image_artifact(config_target(&c, "virt"));
	assert_string_equal(artifact, "zImage");
	free(artifact);
	config_done(&c);
	free(text);
}

static void plans_and_designs_keep_their_order(void **state)
{
	char *text = change(good, "fix: one",
			    "plans: {second: {targets: [board]}, first: {targets: [virt, board]}}\n"
			    "designs: [two, one]");
	struct config c = { 0 };
	struct err err = { 0 };

	(void)state;
	if (read_config(text, &c, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(c.n_plans, 2);
	assert_string_equal(c.plans[0].name, "second");
	assert_string_equal(config_plan(&c, "first")->targets[1], "board");
	assert_null(config_plan(&c, "third"));
	assert_int_equal(c.n_designs, 2);
	assert_string_equal(c.designs[0], "two"); /* its folder need not be there yet */
	config_done(&c);
	free(text);
}

static void config_that_is_no_file_is_an_error(void **state)
{
	struct config c = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(read_config("", &c, &err), -EINVAL);
	assert_message(&err, "lab.yaml: empty");
	assert_int_equal(read_config("# nothing\n", &c, &err), -EINVAL);
	assert_int_equal(read_config("[1, 2]\n", &c, &err), -EINVAL);
	assert_int_equal(config_read(dir, &c, &err), -EISDIR);
	assert_int_equal(config_read("/nowhere/lab.yaml", &c, &err), -ENOENT);
	assert_non_null(strstr(err.msg, "/nowhere/lab.yaml"));
}

static void alias_is_refused_where_it_would_be_read(void **state)
{
	char *text = change(good, "fix: one", "fix: *a");
	struct config c = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_true(read_config(text, &c, &err) < 0);
	assert_non_null(strstr(err.msg, "'fix' must be text"));
	free(text);
}

static void config_is_found_in_the_order_that_help_says(void **state)
{
	char *here = write_file("lab.yaml", good);
	char *other = write_file("other.yaml", good);
	char top[400], *found = NULL;
	struct err err = { 0 };

	(void)state;
	assert_non_null(getcwd(top, sizeof(top)));
	assert_int_equal(config_find(other, &found, &err), 0);
	assert_string_equal(found, other);
	free(found);
	setenv("DMALAB_CONFIG", other, 1);
	assert_int_equal(config_find(NULL, &found, &err), 0);
	assert_string_equal(found, other);
	free(found);
	assert_int_equal(config_find(here, &found, &err), 0);
	assert_string_equal(found, here);
	free(found);
	setenv("DMALAB_CONFIG", "/nowhere.yaml", 1);
	assert_int_equal(config_find(NULL, &found, &err), -ENOENT);
	unsetenv("DMALAB_CONFIG");
	assert_int_equal(config_find(NULL, &found, &err), 0);
	assert_string_equal(found, "lab.yaml");
	free(found);
	assert_int_equal(chdir("/"), 0);
	sh(dir, "mkdir dmalab; cp lab.yaml dmalab/");
	setenv("XDG_CONFIG_HOME", dir, 1);
	assert_int_equal(config_find(NULL, &found, &err), 0);
	assert_non_null(strstr(found, "/dmalab/lab.yaml"));
	assert_ptr_equal(strstr(found, dir), found);
	free(found);
	unsetenv("XDG_CONFIG_HOME");
	assert_int_equal(chdir(top), 0);
	free(here);
	free(other);
}

static void files_of_this_repository_are_right(void **state)
{
	struct config c = { 0 };
	struct suite_list l = { 0 };
	struct err err = { 0 };

	(void)state;
	if (config_read("lab.yaml", &c, &err) < 0)
		fail_msg("%s", err.msg);
	if (suites_read("kernel-tests/suites.yaml", &l, &err) < 0)
		fail_msg("%s", err.msg);
	assert_non_null(config_target(&c, "virt"));
	assert_non_null(config_target(&c, "smdkc210"));
	for (size_t i = 0; i < c.n_plans && i < 1; i++) /* of the first, all share a kernel */
		for (size_t k = 0; k < c.plans[i].n_targets; k++)
			assert_string_equal(config_target(&c, c.plans[i].targets[k])->config,
					    config_target(&c, c.plans[i].targets[0])->config);
	assert_true(l.n > 0);
	config_done(&c);
	suite_list_done(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_is_read_with_its_paths_absolute),
		cmocka_unit_test(key_left_out_has_the_default_that_labyaml_says),
		cmocka_unit_test(where_builds_are_compiled_is_read),
		cmocka_unit_test(folders_left_out_are_roots_or_by_xdg),
		cmocka_unit_test(fix_none_is_no_fix),
		cmocka_unit_test(fault_is_named_with_file_line_and_key),
		cmocka_unit_test(file_that_is_missing_is_an_error_of_what_needs_it_only),
		cmocka_unit_test(target_without_a_lab_needs_nothing_to_boot_it),
		cmocka_unit_test(plans_and_designs_keep_their_order),
		cmocka_unit_test(config_that_is_no_file_is_an_error),
		cmocka_unit_test(alias_is_refused_where_it_would_be_read),
		cmocka_unit_test(config_is_found_in_the_order_that_help_says),
		cmocka_unit_test(files_of_this_repository_are_right),
	};

	return cmocka_run_group_tests_name("config", tests, set_up, tear_down);
}
