// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/http.h"
#include "web/web_room.h"

/* Paths are relative to the repository's root, where make runs. */
#define EMBED(symbol, file)                                                                        \
	__asm__(".pushsection .rodata\n"                                                           \
		".global " #symbol "\n" #symbol ":\n"                                              \
		".incbin \"agent/web/static/" file "\"\n.byte 0\n"                                 \
		".popsection\n");                                                                  \
	extern const char symbol[];

EMBED(static_style, "style.css")
EMBED(static_live, "live.js")
EMBED(static_icon, "icon.svg")

static const struct file {
	const char *path, *type, *text;
} files[] = {
	{ "/style.css", "text/css; charset=utf-8", static_style },
	{ "/live.js", "text/javascript; charset=utf-8", static_live },
	{ "/icon.svg", "image/svg+xml", static_icon },
};

static const struct file *file_of(const char *path)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (strcmp(files[i].path, path) == 0)
			return &files[i];
	return NULL;
}

/* Of what it holds; caller frees. */
static char *version_of(const struct file *f)
{
	char hex[HASH_HEX_LEN];

	hash_data(f->text, strlen(f->text), hex);
	return mem_strndup(hex, 16);
}

char *static_url(const char *path)
{
	const struct file *f = file_of(path);
	CLEANUP(free_ptr) char *version = f ? version_of(f) : NULL;

	return f ? mem_printf("%s?v=%s", path, version) : mem_strdup(path);
}

bool static_answer(const struct http_request *req, struct http_answer *ret)
{
	const struct file *f = file_of(req->path);
	CLEANUP(free_ptr) char *version = f ? version_of(f) : NULL;

	if (!f)
		return false;
	*ret = (struct http_answer){ .status = 200,
				     .type = mem_strdup(f->type),
				     .is_for_ever = strncmp(req->query, "v=", 2) == 0 &&
						    strcmp(req->query + 2, version) == 0,
				     .may_pack = true };
	ret->etag = mem_strdup(version);
	buf_str(&ret->body, f->text);
	return true;
}
