DELETE FROM submission_wants WHERE submission = :num AND task = 0 AND times <= 0;
