UPDATE bisections SET state = :state, culprit = :culprit, odds = :odds, reverted = :reverted,
                      why = :why, ended = :ended
WHERE num = :num;
