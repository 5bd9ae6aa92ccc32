INSERT INTO bisections(key, tree, good, bad, kind, subject, filter, target, fix, fixed, first_parent,
                       paths, confidence, state, culprit, odds, reverted, why, created, ended, watch,
                       series)
VALUES(:key, :tree, :good, :bad, :kind, :subject, :filter, :target, :fix, :fixed, :first_parent,
       :paths, :confidence, 'running', '', 0, '', '', :created, 0, :watch, :series);
