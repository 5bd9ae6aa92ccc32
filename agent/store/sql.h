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
	X(counter_get)                                                                             \
	X(counter_next)                                                                            \
	X(cursor_put)                                                                              \
	X(diagnostic_clear)                                                                        \
	X(diagnostic_get)                                                                          \
	X(diagnostic_put)                                                                          \
	X(find_exact)                                                                              \
	X(find_prefix)                                                                             \
	X(foreign_keys)                                                                            \
	X(gc_artifact_named)                                                                       \
	X(gc_build)                                                                                \
	X(gc_builds)                                                                               \
	X(gc_job)                                                                                  \
	X(gc_jobs)                                                                                 \
	X(gc_log)                                                                                  \
	X(gc_log_named)                                                                            \
	X(gc_logs)                                                                                 \
	X(gc_mail)                                                                                 \
	X(gc_mails)                                                                                \
	X(incident_clear)                                                                          \
	X(incident_get)                                                                            \
	X(incident_put)                                                                            \
	X(integrity)                                                                               \
	X(issue_put)                                                                               \
	X(job_get)                                                                                 \
	X(job_number)                                                                              \
	X(job_put)                                                                                 \
	X(key_clear)                                                                               \
	X(key_get)                                                                                 \
	X(key_put)                                                                                 \
	X(list_builds)                                                                             \
	X(list_checkouts)                                                                          \
	X(list_jobs)                                                                               \
	X(list_verdicts)                                                                           \
	X(log_all)                                                                                 \
	X(log_put)                                                                                 \
	X(mail_by_id)                                                                              \
	X(mail_exists)                                                                             \
	X(mail_known)                                                                              \
	X(mail_lists_put)                                                                          \
	X(mail_of_cover)                                                                           \
	X(mail_of_full)                                                                            \
	X(mail_of_series)                                                                          \
	X(mail_put)                                                                                \
	X(mail_raw_get)                                                                            \
	X(mail_raw_put)                                                                            \
	X(mail_ref_put)                                                                            \
	X(mail_series)                                                                             \
	X(mail_sorted)                                                                             \
	X(mail_source_put)                                                                         \
	X(mail_text_get)                                                                           \
	X(mail_text_put)                                                                           \
	X(mail_unsorted)                                                                           \
	X(near_change)                                                                             \
	X(near_id)                                                                                 \
	X(near_link)                                                                               \
	X(near_name)                                                                               \
	X(near_sender)                                                                             \
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
	X(series_decide)                                                                           \
	X(series_find)                                                                             \
	X(series_full_clear)                                                                       \
	X(series_full_get)                                                                         \
	X(series_full_put)                                                                         \
	X(series_get)                                                                              \
	X(series_gone)                                                                             \
	X(series_list)                                                                             \
	X(series_move_newer)                                                                       \
	X(series_move_older)                                                                       \
	X(series_move_same)                                                                        \
	X(series_new)                                                                              \
	X(series_newer_put)                                                                        \
	X(series_put)                                                                              \
	X(series_state)                                                                            \
	X(series_undecided)                                                                        \
	X(source_get)                                                                              \
	X(source_put)                                                                              \
	X(source_served)                                                                           \
	X(task_again)                                                                              \
	X(task_claim)                                                                              \
	X(task_claimable)                                                                          \
	X(task_drop)                                                                               \
	X(task_ended)                                                                              \
	X(task_fail)                                                                               \
	X(task_finish)                                                                             \
	X(task_get)                                                                                \
	X(task_hurry)                                                                              \
	X(task_known)                                                                              \
	X(task_last)                                                                               \
	X(task_move)                                                                               \
	X(task_next)                                                                               \
	X(task_of_series)                                                                          \
	X(task_owned)                                                                              \
	X(task_put)                                                                                \
	X(task_reclaim)                                                                            \
	X(task_renew)                                                                              \
	X(task_return)                                                                             \
	X(task_running)                                                                            \
	X(task_wait)                                                                               \
	X(task_waiting)                                                                            \
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
