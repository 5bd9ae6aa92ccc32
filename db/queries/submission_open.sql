-- scans: the index of those that have not ended
SELECT num, cancel FROM submissions WHERE state <> 'ended' AND (:lab IS NULL OR lab = :lab) ORDER BY num;
