// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/body.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "mail/decode.h"
#include "mail/head.h"
#include "mail/info.h"

/* Where the reading is. */
struct body {
	const char *p, *end;
	char *boundary[BODY_DEPTH]; /* of the multiparts that are open, outermost first */
	int depth;
	size_t parts;
	struct part part; /* the one that is read */
	bool skip;	  /* it is passed over */
	bool text;	  /* a part with text was read */
	struct decoder decoder;
	struct buf decoded; /* of an encoded part, until its end */
	struct buf flow;    /* of a flowed line, until its last piece */
	struct buf line;
	struct info *info;
	const char *trouble;
};

static void body_done(struct body *b)
{
	while (b->depth > 0)
		free(b->boundary[--b->depth]);
	part_done(&b->part);
	buf_done(&b->decoded);
	buf_done(&b->flow);
	buf_done(&b->line);
}

/* A physical line of the mail, its CRLF made LF. Points into the mail or into b->line. */
static bool line_next(struct body *b, const char **line, size_t *len)
{
	const char *nl;

	if (b->p >= b->end)
		return false;
	nl = memchr(b->p, '\n', (size_t)(b->end - b->p));
	*line = b->p;
	*len = (size_t)((nl ? nl + 1 : b->end) - b->p);
	b->p += *len;
	if (*len >= 2 && nl && nl[-1] == '\r') {
		b->line.len = 0;
		buf_add(&b->line, *line, *len - 2);
		buf_add(&b->line, "\n", 1);
		*line = b->line.data;
		*len = b->line.len;
	}
	return true;
}

/* 0: no boundary of the innermost multipart; 1: a part begins; 2: the multipart ends. */
static int boundary_at(const struct body *b, const char *line, size_t len)
{
	const char *with;
	size_t n;

	if (b->depth == 0 || len < 2 || line[0] != '-' || line[1] != '-')
		return 0;
	with = b->boundary[b->depth - 1];
	n = strlen(with);
	if (len < n + 2 || memcmp(line + 2, with, n) != 0)
		return 0;
	return len >= n + 4 && line[n + 2] == '-' && line[n + 3] == '-' ? 2 : 1;
}

/* A line of format=flowed (RFC 3676): unstuffed, and put behind the piece before it. */
static void flowed_piece(struct body *b, const char *line, size_t len)
{
	bool newline = len > 0 && line[len - 1] == '\n';
	size_t text = len - newline;

	if (text > 0 && newline && line[text - 1] == '\r')
		text--;
	if (text == 3 && memcmp(line, "-- ", 3) == 0) {
		if (b->flow.len > 0)
			info_line(b->info, b->flow.data, b->flow.len);
		b->flow.len = 0;
		info_line(b->info, line, len);
		return;
	}
	if (text > 0 && line[0] == ' ') {
		line++;
		len--;
		text--;
	}
	if (text > 0 && line[text - 1] == ' ') {
		buf_add(&b->flow, line, text - b->part.delsp);
		return;
	}
	buf_add(&b->flow, line, len);
	if (b->flow.len > 0)
		info_line(b->info, b->flow.data, b->flow.len);
	b->flow.len = 0;
}

static void text_line(struct body *b, const char *line, size_t len)
{
	if (b->part.flowed && b->part.encoding == PART_QUOTED && b->flow.len > 0) {
		CLEANUP(buf_done) struct buf joined = b->flow;

		/* git looks at the joined line as if it had come so; what am takes is what counts
		 */
		b->flow = (struct buf){ 0 };
		buf_add(&joined, line, len);
		flowed_piece(b, joined.data, joined.len);
	} else if (b->part.flowed) {
		flowed_piece(b, line, len);
	} else {
		info_line(b->info, line, len);
	}
}

/* Whether its first line ends in CRLF: then a transport made all of them so, and not the author. */
static bool is_crlf(const struct buf *text)
{
	const char *nl = memchr(text->data, '\n', text->len);

	return nl && nl > text->data && nl[-1] == '\r';
}

/* Hands out what an encoded part decoded to. */
static void decoded_lines(struct body *b)
{
	const char *p = b->decoded.data, *end = p + b->decoded.len;
	bool crlf = is_crlf(&b->decoded);

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl + 1 : end) - p);

		if (crlf && len > 1 && nl && nl[-1] == '\r') {
			b->line.len = 0;
			buf_add(&b->line, p, len - 2);
			buf_add(&b->line, "\n", 1);
			text_line(b, b->line.data, b->line.len);
		} else {
			text_line(b, p, len);
		}
		p += len;
	}
	b->decoded.len = 0;
}

static void part_end(struct body *b)
{
	if (b->decoded.len > 0)
		decoded_lines(b);
	if (b->flow.len > 0)
		info_line(b->info, b->flow.data, b->flow.len);
	b->flow.len = 0;
}

static bool type_begins(const struct part *part, const char *with)
{
	return strncmp(part->type, with, strlen(with)) == 0;
}

/* Says what b->part is about; a multipart goes onto the stack. */
static void part_begin(struct body *b)
{
	b->decoder = (struct decoder){ .quoted = b->part.encoding == PART_QUOTED };
	b->skip = type_begins(&b->part, "image/") || type_begins(&b->part, "audio/") ||
		  type_begins(&b->part, "video/") || type_begins(&b->part, "application/pgp-sig") ||
		  type_begins(&b->part, "application/pkcs7-sig") ||
		  (b->text && type_begins(&b->part, "text/html"));
	b->parts++;
	if (b->part.boundary) {
		if (b->depth == BODY_DEPTH) {
			b->trouble = "more than 16 parts within parts";
			return;
		}
		b->boundary[b->depth++] = b->part.boundary;
		b->part.boundary = NULL;
		b->skip = true; /* what goes before its first part */
	} else if (!b->skip) {
		b->text = true;
	}
	if (b->parts > BODY_PARTS)
		b->trouble = "more than 10000 parts";
	info_part(b->info, b->part.charset);
}

/* Reads the header of a part. */
static void part_head(struct body *b)
{
	const char *next;
	struct field f;

	part_done(&b->part);
	while ((next = head_next(b->p, b->end, &f))) {
		part_field(&b->part, &f);
		b->p = next;
	}
	b->p = head_end(b->p, b->end);
	part_begin(b);
}

const char *body_read(const char *data, size_t len, struct part *head, struct info *info)
{
	CLEANUP(body_done) struct body b = { .p = data, .end = data + len, .info = info };
	const char *line;
	size_t n;

	b.part = *head;
	*head = (struct part){ 0 };
	part_begin(&b);
	while (!b.trouble && line_next(&b, &line, &n)) {
		int at = boundary_at(&b, line, n);

		if (at == 0) {
			if (b.skip)
				continue;
			if (b.part.encoding == PART_PLAIN)
				text_line(&b, line, n);
			else
				decode_step(&b.decoder, line, n, &b.decoded);
			continue;
		}
		part_end(&b);
		if (at == 1) {
			part_head(&b);
			continue;
		}
		free(b.boundary[--b.depth]);
		info_line(info, "\n", 1);
		b.skip = true; /* until the next part of the multipart above */
	}
	part_end(&b);
	info_end(info);
	return b.trouble;
}
