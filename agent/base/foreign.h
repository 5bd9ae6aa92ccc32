/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_BASE_FOREIGN_H
#define DMALAB_BASE_FOREIGN_H

/*
 * Text that others wrote: subjects of mails, a compiler's words, a console's. Any bytes are
 * valid input, NULL is ""; the caller frees the copy. Nothing is dropped: what cannot stay is
 * replaced by something to be seen.
 */

/* For JSON: a byte that belongs to no UTF-8 character becomes U+FFFD. */
char *foreign_utf8(const char *text);

/*
 * For a terminal: such bytes, control characters (ESC, C1 too) and what reverses the direction
 * of writing become "\x1b". Tabs stay; newlines stay in a text and not in a line.
 */
char *foreign_text(const char *text);
char *foreign_line(const char *text);

#endif
