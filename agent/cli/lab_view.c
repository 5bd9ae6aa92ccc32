// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/lab_view.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/foreign.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "pipeline/health.h"
#include "report/set.h"

enum { RECORD_DAYS = 30, DAY_S = 24 * 3600 };

static const char *driver_name(enum lab_driver d)
{
	return d == LAB_LAVA_SERVER ? "lava-server" : "lava-run";
}

void lab_view_done(struct lab_view *v)
{
	for (size_t i = 0; i < v->n_labs; i++) {
		lab_sight_done(&v->labs[i].sight);
		lab_device_list_done(&v->labs[i].devices);
	}
	free(v->labs);
	for (size_t i = 0; i < v->n_targets; i++)
		target_record_done(&v->targets[i].record);
	free(v->targets);
	*v = (struct lab_view){ 0 };
}

static bool is_meant(const char *lab, const char *name)
{
	return lab && (!name || strcmp(lab, name) == 0);
}

int lab_view_read(struct session *s, const char *name, struct lab_view *ret, struct err *err)
{
	const struct config *c = s->config;
	const int64_t since = clock_now() - (int64_t)RECORD_DAYS * DAY_S;
	CLEANUP(lab_view_done)
	struct lab_view v = { .labs = mem_zalloc((c->n_labs + 1) * sizeof(*v.labs)),
			      .targets = mem_zalloc((c->n_targets + 1) * sizeof(*v.targets)) };
	int r = 0;

	if (name && !config_lab(c, name))
		return err_set(err, ENOENT, "no lab '%s' in %s", name, c->file);
	for (size_t i = 0; r >= 0 && i < c->n_labs; i++) {
		struct lab_shown *l = &v.labs[v.n_labs];

		if (!is_meant(c->labs[i].name, name))
			continue;
		l->config = &c->labs[i];
		v.n_labs++;
		r = store_lab_get(s->store, c->labs[i].name, &l->sight, &l->devices, err);
	}
	for (size_t i = 0; r >= 0 && i < c->n_targets; i++) {
		struct target_shown *t = &v.targets[v.n_targets];

		if (!is_meant(c->targets[i].lab, name))
			continue;
		t->config = &c->targets[i];
		t->lab = config_lab(c, t->config->lab);
		v.n_targets++;
		r = store_target_record(s->store, c->targets[i].name, since, &t->record, err);
	}
	if (r < 0)
		return r;
	*ret = v;
	v = (struct lab_view){ 0 };
	return 0;
}

static char *lab_state(const struct lab_shown *l)
{
	CLEANUP(buf_done) struct buf b = { 0 };
	size_t usable = 0;

	if (l->config->driver == LAB_LAVA_RUN)
		return mem_printf("here, %d at once", l->config->slots);
	if (!l->sight.lab)
		return mem_strdup("never asked");
	for (size_t i = 0; i < l->devices.n; i++)
		usable += lab_device_is_usable(&l->devices.v[i]);
	if (l->sight.trouble[0])
		buf_printf(&b, "does not answer: %s", l->sight.trouble);
	else
		buf_printf(&b, "answered %lld s ago, %zu of %zu devices usable, %d jobs wait",
			   (long long)(clock_now() - l->sight.seen), usable, l->devices.n,
			   l->sight.queued);
	return foreign_line(buf_text(&b));
}

static void lab_cells(const void *arg, size_t row, char **cells)
{
	const struct lab_shown *l = &((const struct lab_view *)arg)->labs[row];

	cells[0] = mem_strdup(l->config->name);
	cells[1] = mem_strdup(driver_name(l->config->driver));
	cells[2] = lab_state(l);
}

static void device_cells(const void *arg, size_t row, char **cells)
{
	const struct lab_shown *l = arg;
	const struct lab_device *d = &l->devices.v[row];

	cells[0] = mem_strdup(l->config->name);
	cells[1] = foreign_line(d->name);
	cells[2] = foreign_line(d->type);
	cells[3] = foreign_line(d->health);
	cells[4] = foreign_line(d->state);
	cells[5] = d->worker[0] ? foreign_line(d->worker) : NULL;
}

/* "proven", "unproven", "out": whether its word counts. */
static const char *trust(const struct target_shown *t)
{
	if (health_is_out(t->lab, &t->record))
		return "out";
	return t->record.proven ? "proven" : "unproven";
}

static void target_cells(const void *arg, size_t row, char **cells)
{
	const struct target_shown *t = &((const struct lab_view *)arg)->targets[row];
	const struct target_record *r = &t->record;
	int n = r->done + r->infra;
	char iso[CLOCK_ISO_LEN];

	cells[0] = mem_strdup(t->config->name);
	cells[1] = mem_strdup(t->config->lab);
	cells[2] = mem_strdup(trust(t));
	cells[3] = n ? mem_printf("%d of %d", r->done, n) : NULL;
	cells[4] = r->in_a_row ? mem_printf("%d", r->in_a_row) : NULL;
	if (r->health_time) {
		clock_iso(r->health_time, iso);
		cells[5] = mem_printf("%s %s", r->health_passed ? "passed" : "failed", iso);
	}
}

int lab_view_print(const struct lab_view *v, struct err *err)
{
	static const char *const lab_heads[] = { "LAB", "DRIVER", "STATE" };
	static const char *const device_heads[] = { "LAB",    "DEVICE", "TYPE",
						    "HEALTH", "STATE",	"WORKER" };
	static const char *const target_heads[] = { "TARGET",	  "LAB",     "STATE",
						    "BOOTS DONE", "FAILING", "HEALTH BOOT" };
	const struct table labs = { lab_heads, 3, 1, v->n_labs, lab_cells, v };
	const struct table targets = { target_heads, 6, 0, v->n_targets, target_cells, v };
	int r = table_print(&labs, err);

	for (size_t i = 0; r == 0 && i < v->n_labs; i++) {
		const struct lab_shown *l = &v->labs[i];
		const struct table t = { device_heads, 6, 0, l->devices.n, device_cells, l };

		if (!l->devices.n)
			continue;
		putchar('\n');
		r = table_print(&t, err);
	}
	if (r < 0 || !v->n_targets)
		return r;
	putchar('\n');
	return table_print(&targets, err);
}

static json_t *devices_json(const struct lab_device_list *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		json_t *o = json_object();

		set_text(o, "name", l->v[i].name);
		set_text(o, "type", l->v[i].type);
		set_text(o, "health", l->v[i].health);
		set_text(o, "state", l->v[i].state);
		set_text(o, "worker", l->v[i].worker);
		json_object_set_new(o, "usable", json_boolean(lab_device_is_usable(&l->v[i])));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *target_json(const struct target_shown *t)
{
	const struct target_record *r = &t->record;
	json_t *o = json_pack("{s:s,s:s,s:s,s:i,s:i,s:i}", "target", t->config->name, "lab",
			      t->config->lab, "state", trust(t), "boots_done", r->done,
			      "boots_failed", r->infra, "failing", r->in_a_row);

	set_time(o, "proven", r->proven);
	set_time(o, "health_time", r->health_time);
	json_object_set_new(o, "health_passed", json_boolean(r->health_passed));
	set_text(o, "health_job", r->health_job ? r->health_job : "");
	return o;
}

int lab_view_json(const struct lab_view *v, struct err *err)
{
	json_t *labs = json_array(), *targets = json_array();

	for (size_t i = 0; i < v->n_labs; i++) {
		const struct lab_shown *l = &v->labs[i];
		json_t *o = json_pack("{s:s,s:s,s:i}", "lab", l->config->name, "driver",
				      driver_name(l->config->driver), "queued", l->sight.queued);

		set_time(o, "seen", l->sight.seen);
		set_text(o, "trouble", l->sight.trouble ? l->sight.trouble : "");
		json_object_set_new(o, "devices", devices_json(&l->devices));
		json_array_append_new(labs, o);
	}
	for (size_t i = 0; i < v->n_targets; i++)
		json_array_append_new(targets, target_json(&v->targets[i]));
	return json_print(json_pack("{s:o,s:o}", "labs", labs, "targets", targets), err);
}
