-- Builds whose artifacts nobody needs: no verdict of the kept time is about their checkout, nor one
-- that is still to be told, no job of it booted them, no boot of them is still wanted, and they are
-- not the last base of their kind.
SELECT b.num, 0 FROM builds b JOIN checkouts c ON c.id = b.checkout_id
WHERE b.num > :after AND b.start_time < :before
  AND EXISTS(SELECT 1 FROM artifacts WHERE build = b.num)
  AND NOT EXISTS(SELECT 1 FROM verdicts v WHERE v.checkout_id = c.id AND (v.created >= :before
    OR EXISTS(SELECT 1 FROM outbox WHERE verdict = v.num AND state IN ('held', 'waiting', 'sending'))))
  AND NOT EXISTS(SELECT 1 FROM verdicts v WHERE v.base_id = c.id AND (v.created >= :before
    OR EXISTS(SELECT 1 FROM outbox WHERE verdict = v.num AND state IN ('held', 'waiting', 'sending'))))
  AND NOT EXISTS(SELECT 1 FROM jobs WHERE build_id = b.id AND start_time >= :before)
  AND NOT EXISTS(SELECT 1 FROM submissions WHERE build_id = b.id AND state <> 'ended')
  AND (c.patchset_hash <> '' OR EXISTS(
    SELECT 1 FROM builds n JOIN checkouts d ON d.id = n.checkout_id
    WHERE n.num > b.num AND n.config_name = b.config_name AND d.tree_name = c.tree_name
      AND d.fix IS c.fix AND d.overlay = c.overlay AND d.patchset_hash = ''))
ORDER BY b.num LIMIT :limit;
