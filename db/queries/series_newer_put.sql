-- What supersedes a series: the last that says so.
UPDATE series SET newer = (SELECT max(num) FROM series WHERE older = :num), changed = :now,
                  decision = ''
WHERE num = :num AND newer IS NOT (SELECT max(num) FROM series WHERE older = :num);
