// SPDX-License-Identifier: GPL-2.0-or-later
#include "console/prefilter.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LITERALS_MAX = 128 };

struct prefilter {
	hs_database_t *db;
	hs_scratch_t *scratch;
};

/* platform: NULL for this processor. */
static hs_database_t *compile(literal_fn *literal, const hs_platform_info_t *platform)
{
	const char *texts[LITERALS_MAX];
	unsigned flags[LITERALS_MAX], ids[LITERALS_MAX], n = 0;
	size_t lens[LITERALS_MAX];
	hs_compile_error_t *error = NULL;
	hs_database_t *db = NULL;

	for (; n < LITERALS_MAX && literal(n); n++) {
		texts[n] = literal(n);
		flags[n] = HS_FLAG_SINGLEMATCH;
		ids[n] = n;
		lens[n] = strlen(texts[n]);
	}
	if (hs_compile_lit_multi(texts, flags, ids, lens, n, HS_MODE_BLOCK, platform, &db,
				 &error) != HS_SUCCESS) {
		hs_free_compile_error(error);
		return NULL;
	}
	return db;
}

char *prefilter_serialize(literal_fn *literal, size_t *len)
{
	const hs_platform_info_t any = { 0 };
	hs_database_t *db = compile(literal, &any);
	char *bytes = NULL;

	if (!db || hs_serialize_database(db, &bytes, len) != HS_SUCCESS)
		*len = 0;
	hs_free_database(db);
	return bytes;
}

struct prefilter *prefilter_new(literal_fn *literal, const void *made, size_t len)
{
	struct prefilter *p = mem_zalloc(sizeof(*p));

	/* a processor that the library does not know (no SSSE3) does without */
	if (hs_valid_platform() == HS_SUCCESS &&
	    hs_deserialize_database(made, len, &p->db) != HS_SUCCESS)
		p->db = compile(literal, NULL);
	if (p->db && hs_alloc_scratch(p->db, &p->scratch) == HS_SUCCESS)
		return p;
	prefilter_free(p);
	return NULL;
}

void prefilter_free(struct prefilter *p)
{
	if (!p)
		return;
	hs_free_scratch(p->scratch);
	hs_free_database(p->db);
	free(p);
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		    void *context)
{
	(void)id;
	(void)from;
	(void)flags;
	*(size_t *)context = (size_t)to - 1;
	return 1; /* the first is enough */
}

size_t prefilter_next(struct prefilter *p, const char *text, size_t from, size_t len)
{
	size_t at = len - from;

	if (from >= len)
		return len;
	if (hs_scan(p->db, text + from, (unsigned)(len - from), 0, p->scratch, on_match, &at) !=
	    HS_SCAN_TERMINATED)
		return len;
	return from + at;
}
