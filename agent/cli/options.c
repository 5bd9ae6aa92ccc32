// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/options.h"

#include <getopt.h>

#include "base/buf.h"
#include "cli/cli.h"

int options_read(int argc, char **argv, const struct option_to *to, size_t n, struct err *err)
{
	/* getopt's words for what went wrong are '?' and ':'; an index begins behind any character.
	 */
	enum { FIRST = 256 };
	struct option longs[OPTIONS_MAX + 1] = { 0 };
	int o;

	for (size_t i = 0; i < n && i < OPTIONS_MAX; i++)
		longs[i] =
			(struct option){ to[i].name, to[i].flag ? no_argument : required_argument,
					 NULL, FIRST + (int)i };
	opterr = 0;
	optind = 1;
	while ((o = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		const struct option_to *t = o >= FIRST ? &to[o - FIRST] : NULL;

		if (!t && o == ':')
			return usage_error(argv[0], err, "'%s' wants a value", argv[optind - 1]);
		if (!t)
			return usage_error(argv[0], err, "unknown option '%s'", argv[optind - 1]);
		if (t->flag)
			*t->flag = true;
		else if (t->list)
			strv_add(t->list, optarg);
		else
			*t->value = optarg;
	}
	if (optind < argc)
		return usage_error(argv[0], err, "unexpected '%s'", argv[optind]);
	return 0;
}
