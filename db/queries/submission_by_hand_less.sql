UPDATE submission_wants SET times = times - 1 WHERE submission = :num AND task = 0;
