-- scans: lanes, a row a target, configuration, tree and design
-- sorts: a row a week and lane
-- Weeks begin on Monday, UTC; 1970 began on a Thursday. The first one is whole.
SELECT w.week * 604800 - 259200 AS "week time", sum(w.runs) AS "runs int", sum(w.bad) AS "bad int",
       sum(w.bad) * 100 / sum(w.runs) AS "percent int", w.week AS key
FROM lanes l CROSS JOIN test_weeks w
WHERE w.path = :path AND w.lane = l.num AND w.week >= (:since + 259200) / 604800 AND w.week < :after
  AND w.runs > 0 AND (:target = '' OR l.target = :target)
GROUP BY w.week ORDER BY key DESC LIMIT :limit;
