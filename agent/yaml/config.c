// SPDX-License-Identifier: GPL-2.0-or-later
#include "yaml/config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

enum {
	SIZE_LIMIT = 1 << 18,
	/* Nobody's: neither Debian nor systemd gives 60706 to 61183 to anyone (UIDS-GIDS.md). */
	BUILD_UID = 61061,
};

/* An environment's folder: absolute, or as good as unset (XDG base directories say so). */
static const char *env_folder(const char *name)
{
	const char *s = getenv(name);

	return s && s[0] == '/' ? s : NULL;
}

/* XDG's variable, or its default below $HOME; NULL where neither is known. Caller frees. */
static char *xdg(const char *name, const char *below_home)
{
	const char *dir = env_folder(name);
	const char *home = env_folder("HOME");

	if (dir)
		return mem_strdup(dir);
	return home ? mem_printf("%s/%s", home, below_home) : NULL;
}

/* The default of work_dir or cache_dir; NULL where there is none. Caller frees. */
static char *default_folder(const char *for_root, const char *variable, const char *below_home)
{
	CLEANUP(free_ptr) char *base = NULL;

	if (geteuid() == 0)
		return mem_strdup(for_root);
	base = xdg(variable, below_home);
	return base ? mem_printf("%s/dmalab", base) : NULL;
}

/* The folder of an absolute path. Caller frees. */
static char *folder_of(const char *path)
{
	return mem_strndup(path, (size_t)(strrchr(path, '/') - path));
}

/* Makes *path absolute: below `folder` unless it is; `otherwise` where it is not set. */
static void settle(char **path, const char *folder, const char *otherwise)
{
	char *given = *path;

	if (!given && !otherwise)
		return;
	if (given && given[0] == '/')
		return;
	*path = mem_printf("%s/%s", folder, given ? given : otherwise);
	free(given);
}

static int settle_all(const struct yaml *y, const char *folder, struct config *c, struct err *err)
{
	settle(&c->kernel_tests, folder, "kernel-tests");
	settle(&c->patches, folder, "patches");
	settle(&c->jobs, folder, "jobs");
	settle(&c->work_dir, folder, NULL);
	settle(&c->cache_dir, folder, NULL);
	settle(&c->compile.ccache, folder, NULL);
	settle(&c->report.smtp_password_file, folder, NULL);
	settle(&c->report.kcidb_token_file, folder, NULL);
	settle(&c->report.kcidb_dir, folder, NULL);
	settle(&c->serve.token_file, folder, NULL);
	for (size_t i = 0; i < c->n_sources; i++) {
		settle(&c->sources[i].path, folder, NULL);
		settle(&c->sources[i].token_file, folder, NULL);
	}
	if (!c->work_dir)
		c->work_dir = default_folder("/var/lib/dmalab", "XDG_STATE_HOME", ".local/state");
	if (!c->cache_dir)
		c->cache_dir = default_folder("/var/cache/dmalab", "XDG_CACHE_HOME", ".cache");
	if (!c->work_dir || !c->cache_dir)
		return fields_error(y, NULL, "", err, "no '%s', and $HOME is not set",
				    c->work_dir ? "cache_dir" : "work_dir");
	return 0;
}

/* "fix: none" is how lab.yaml says that there is none. */
static void settle_fix(struct config *c)
{
	if (c->fix && strcmp(c->fix, "none") == 0) {
		free(c->fix);
		c->fix = NULL;
	}
}

/* First, since the keys of another version may be others. */
static int check_version(const struct yaml *y, struct err *err)
{
	const struct yaml_node *n = yaml_get(yaml_root(y), "version");
	const char *text = n ? yaml_text(n, NULL) : NULL;

	if (!n || !text)
		return fields_error(y, n, "", err, "key 'version' is missing or no number");
	return fields_version(y, yaml_root(y), atoi(text), err);
}

static int read_all(const struct yaml *y, const char *folder, struct config *c, struct err *err)
{
	const struct yaml_node *trees = NULL, *configs = NULL, *targets = NULL, *labs = NULL;
	const struct yaml_node *limits = NULL, *plans = NULL;
	const struct yaml_node *sources = NULL, *rules = NULL, *agent = NULL, *watch = NULL;
	const struct yaml_node *compile = NULL, *confidence = NULL, *report = NULL;
	const struct yaml_node *serve = NULL;
	CLEANUP(strv_done) struct strv designs = { 0 };
	int version = 0;
	const struct field fields[] = {
		{ "version", FIELD_NUMBER, &version, true, 1, INT_MAX },
		{ "work_dir", FIELD_TEXT, &c->work_dir, false, 0, 0 },
		{ "cache_dir", FIELD_TEXT, &c->cache_dir, false, 0, 0 },
		{ "kernel_tests", FIELD_TEXT, &c->kernel_tests, false, 0, 0 },
		{ "patches", FIELD_TEXT, &c->patches, false, 0, 0 },
		{ "jobs", FIELD_TEXT, &c->jobs, false, 0, 0 },
		{ "fix", FIELD_TEXT, &c->fix, false, 0, 0 },
		{ "build_uid", FIELD_NUMBER, &c->build_uid, false, 1, INT_MAX - 1 },
		{ "trees", FIELD_MAP, &trees, true, 0, 0 },
		{ "configs", FIELD_MAP, &configs, true, 0, 0 },
		{ "targets", FIELD_MAP, &targets, true, 0, 0 },
		{ "labs", FIELD_MAP, &labs, true, 0, 0 },
		{ "plans", FIELD_MAP, &plans, false, 0, 0 },
		{ "designs", FIELD_TEXTS, &designs, false, 0, 0 },
		{ "sources", FIELD_MAP, &sources, false, 0, 0 },
		{ "relevance", FIELD_MAP, &rules, false, 0, 0 },
		{ "watch", FIELD_MAP, &watch, false, 0, 0 },
		{ "agent", FIELD_MAP, &agent, false, 0, 0 },
		{ "compile", FIELD_MAP, &compile, false, 0, 0 },
		{ "confidence", FIELD_MAP, &confidence, false, 0, 0 },
		{ "report", FIELD_MAP, &report, false, 0, 0 },
		{ "serve", FIELD_MAP, &serve, false, 0, 0 },
		{ "limits", FIELD_MAP, &limits, false, 0, 0 },
	};
	int r = check_version(y, err);

	c->build_uid = BUILD_UID;
	if (r == 0)
		r = fields_read(y, yaml_root(y), "", fields, sizeof(fields) / sizeof(*fields), err);
	if (r == 0)
		r = config_sources(y, sources, c, err);
	if (r == 0)
		r = config_compile(y, compile, c, err);
	if (r == 0)
		r = config_confidence(y, confidence, c, err);
	if (r == 0)
		r = config_report(y, report, c, err);
	if (r == 0)
		r = config_serve(y, serve, c, err);
	if (r == 0)
		r = settle_all(y, folder, c, err);
	if (r == 0)
		r = config_trees(y, trees, c, err);
	if (r == 0)
		r = config_kernels(y, configs, c, err);
	if (r == 0)
		r = config_targets(y, targets, c, err);
	if (r == 0)
		r = config_labs(y, labs, c, err);
	for (size_t i = 0; r == 0 && i < c->n_labs; i++)
		settle(&c->labs[i].token_file, folder, NULL);
	if (r == 0)
		r = config_plans(y, plans, c, err);
	if (r == 0)
		r = config_rules(y, rules, c, err);
	if (r == 0)
		r = config_watches(y, watch, c, err);
	if (r == 0)
		r = config_agent(y, agent, c, err);
	if (r == 0)
		r = config_limits(y, limits, c, err);
	settle_fix(c);
	c->designs = designs.v;
	c->n_designs = designs.n;
	designs = (struct strv){ 0 };
	return r < 0 ? r : config_check(y, c, err);
}

int config_read(const char *path, struct config *ret, struct err *err)
{
	CLEANUP(config_done) struct config c = { 0 };
	CLEANUP(yaml_free) struct yaml *y = NULL;
	CLEANUP(free_ptr) char *folder = NULL;
	int r = yaml_read(path, SIZE_LIMIT, &y, err);

	if (r < 0)
		return r;
	c.file = realpath(path, NULL);
	if (!c.file)
		return err_errno(err, errno, "cannot read '%s'", path);
	folder = folder_of(c.file);
	r = read_all(y, folder, &c, err);
	if (r < 0)
		return r;
	*ret = c;
	c = (struct config){ 0 };
	return 0;
}

int config_find(const char *given, char **ret, struct err *err)
{
	CLEANUP(free_ptr) char *config_home = xdg("XDG_CONFIG_HOME", ".config");
	CLEANUP(strv_done) struct strv places = { 0 };
	const char *env = getenv("DMALAB_CONFIG");

	/* What was asked for is taken, or an error where it is missing. */
	if (!given && env && env[0])
		given = env;
	if (given) {
		if (!fs_exists(given))
			return err_set(err, ENOENT, "no configuration '%s'", given);
		*ret = mem_strdup(given);
		return 0;
	}
	strv_add(&places, "lab.yaml");
	if (config_home)
		strv_addf(&places, "%s/dmalab/lab.yaml", config_home);
	strv_add(&places, "/etc/dmalab/lab.yaml");
	for (size_t i = 0; i < places.n; i++)
		if (fs_exists(places.v[i])) {
			*ret = mem_strdup(places.v[i]);
			return 0;
		}
	return err_set(err, ENOENT,
		       "no lab.yaml here, in $XDG_CONFIG_HOME/dmalab or in /etc/dmalab; name one "
		       "by --config or $DMALAB_CONFIG");
}
