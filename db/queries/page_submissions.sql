SELECT s.created AS "when time", s.state, s.lab, s.target, NULLIF(s.device, '') AS device, s.purpose,
       NULLIF(s.lava_id, 0) AS "lava int", s.build_id AS "build id",
       NULLIF(s.posted, 0) AS "posted time", NULLIF(s.started, 0) AS "started time", s.num AS key
FROM submissions s
WHERE s.state <> 'ended' AND s.num < :after AND (:lab = '' OR s.lab = :lab)
ORDER BY s.num DESC LIMIT :limit;
