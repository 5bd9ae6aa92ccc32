/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DMALAB_STORE_SQL_H
#define DMALAB_STORE_SQL_H

/* Every file of db/queries/, without ".sql". */
#define SQL_QUERIES(X)                                                                             \
	X(artifact_all)                                                                            \
	X(artifact_clear)                                                                          \
	X(artifact_get)                                                                            \
	X(artifact_put)                                                                            \
	X(build_get)                                                                               \
	X(build_put)                                                                               \
	X(checkout_get)                                                                            \
	X(checkout_put)                                                                            \
	X(conflict_clear)                                                                          \
	X(conflict_get)                                                                            \
	X(conflict_put)                                                                            \
	X(diagnostic_clear)                                                                        \
	X(diagnostic_get)                                                                          \
	X(diagnostic_put)                                                                          \
	X(find_exact)                                                                              \
	X(find_prefix)                                                                             \
	X(foreign_keys)                                                                            \
	X(incident_clear)                                                                          \
	X(incident_get)                                                                            \
	X(incident_put)                                                                            \
	X(integrity)                                                                               \
	X(issue_put)                                                                               \
	X(job_get)                                                                                 \
	X(job_number)                                                                              \
	X(job_put)                                                                                 \
	X(list_builds)                                                                             \
	X(list_checkouts)                                                                          \
	X(list_jobs)                                                                               \
	X(list_verdicts)                                                                           \
	X(log_all)                                                                                 \
	X(log_put)                                                                                 \
	X(outcome_get)                                                                             \
	X(outcome_incident_clear)                                                                  \
	X(outcome_incident_get)                                                                    \
	X(outcome_incident_put)                                                                    \
	X(outcome_job_clear)                                                                       \
	X(outcome_job_get)                                                                         \
	X(outcome_job_put)                                                                         \
	X(outcome_put)                                                                             \
	X(outcome_test_clear)                                                                      \
	X(outcome_test_get)                                                                        \
	X(outcome_test_put)                                                                        \
	X(path_put)                                                                                \
	X(reason_clear)                                                                            \
	X(reason_get)                                                                              \
	X(reason_put)                                                                              \
	X(test_clear)                                                                              \
	X(test_get)                                                                                \
	X(test_put)                                                                                \
	X(verdict_get)                                                                             \
	X(verdict_put)

/* The text of db/queries/NAME.sql as sql_NAME, embedded at build time. */
#define SQL_DECLARE(name) extern const char sql_##name[];
SQL_QUERIES(SQL_DECLARE)
#undef SQL_DECLARE

/* db/migrations/, in order. */
extern const char *const sql_migrations[];
extern const int sql_n_migrations;

#endif
