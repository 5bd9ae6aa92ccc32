// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/sql.h"

/* Paths are relative to the repository's root, where make runs. */
#define EMBED(symbol, file)                                                                        \
	__asm__(".pushsection .rodata\n"                                                           \
		".global " #symbol "\n" #symbol ":\n"                                              \
		".incbin \"" file "\"\n.byte 0\n"                                                  \
		".popsection\n");

#define EMBED_QUERY(name) EMBED(sql_##name, "db/queries/" #name ".sql")
SQL_QUERIES(EMBED_QUERY)

#define MIGRATION(number, name)                                                                    \
	EMBED(migration_##number, "db/migrations/" #number "-" name ".sql")                        \
	extern const char migration_##number[];

MIGRATION(0001, "store")
MIGRATION(0002, "ingest")
MIGRATION(0003, "deaths")
MIGRATION(0004, "labs")
MIGRATION(0005, "mails")
MIGRATION(0006, "trust")
MIGRATION(0007, "bisections")
MIGRATION(0008, "questions")
MIGRATION(0009, "pages")
MIGRATION(0010, "watches")
MIGRATION(0011, "sums")
MIGRATION(0012, "options")

const char *const sql_migrations[] = {
	migration_0001, migration_0002, migration_0003, migration_0004,
	migration_0005, migration_0006, migration_0007, migration_0008,
	migration_0009, migration_0010, migration_0011, migration_0012,
};
const int sql_n_migrations = sizeof(sql_migrations) / sizeof(*sql_migrations);
