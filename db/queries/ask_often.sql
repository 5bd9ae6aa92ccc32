-- scans: lanes, a row a target, configuration, tree and design
-- sorts: a row a week and lane
-- Weeks as in ask_trend.sql.
SELECT w.week * 604800 - 259200 AS "week time", sum(w.boots) AS "boots int", sum(w.times) AS "times int",
       count(DISTINCT l.target) AS "targets int", w.week AS key
FROM lanes l CROSS JOIN issue_weeks w
WHERE w.issue = :issue AND w.lane = l.num AND w.week >= (:since + 259200) / 604800 AND w.week < :after
  AND w.boots > 0
GROUP BY w.week ORDER BY key DESC LIMIT :limit;
