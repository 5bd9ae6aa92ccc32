// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/err.h"
#include "model/config.h"
#include "yaml/config_parts.h"
#include "yaml/fields.h"
#include "yaml/yaml.h"

/* `serve:` of lab.yaml: the pages of `dmalab serve`. */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int config_serve(const struct yaml *y, const struct yaml_node *map, struct config *c,
		 struct err *err)
{
	struct serve_config *s = &c->serve;
	const struct field fields[] = {
		{ "listen", FIELD_TEXT, &s->listen, false, 0, 0 },
		{ "token_file", FIELD_TEXT, &s->token_file, false, 0, 0 },
		{ "behind_proxy", FIELD_BOOL, &s->behind_proxy, false, 0, 0 },
	};
	int r = map ? fields_read(y, map, "serve", fields, COUNT(fields), err) : 0;

	if (r < 0 || !s->listen)
		return r;
	if (!fields_is_listen(s->listen))
		return fields_error(y, yaml_get(map, "listen"), "serve", err,
				    "listen '%s' is no ADDRESS:PORT", s->listen);
	/* whoever may see the pages is said, not left out */
	if (s->listen[0] == ':')
		return fields_error(y, yaml_get(map, "listen"), "serve", err,
				    "listen '%s': every address is 0.0.0.0%s or [::]%s", s->listen,
				    s->listen, s->listen);
	return 0;
}
