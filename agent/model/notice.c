// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/notice.h"

#include <stdlib.h>

#include "base/mem.h"

struct notice *notice_add(struct notice_list *l, const char *tool, int patch, const char *file,
			  int line, const char *text)
{
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n] = (struct notice){
		.tool = mem_strdup(tool),
		.patch = patch,
		.file = mem_strdup(file),
		.line = line,
		.text = mem_strdup(text),
	};
	return &l->v[l->n++];
}

void notice_list_done(struct notice_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].tool);
		free(l->v[i].file);
		free(l->v[i].text);
	}
	free(l->v);
	*l = (struct notice_list){ 0 };
}
