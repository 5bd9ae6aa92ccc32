SELECT num, key, tree, good, bad, kind, subject, filter, target, fix, fixed, first_parent, paths,
       confidence, state, culprit, odds, reverted, why, created, ended, watch, series
FROM bisections WHERE num = :num;
