-- What is over, but for the last mail about a series: a verdict is told again only where it differs.
SELECT o.num, 0 FROM outbox o
WHERE o.num > :after AND o.state IN ('sent', 'dropped', 'failed') AND o.ended < :before
  AND NOT (o.kind = 'mail' AND o.state = 'sent' AND o.series IS NOT NULL AND NOT EXISTS(
    SELECT 1 FROM outbox n WHERE n.series = o.series AND n.num > o.num AND n.kind = 'mail'
      AND n.state = 'sent'))
ORDER BY o.num LIMIT :limit;
