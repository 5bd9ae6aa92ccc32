INSERT INTO submission_wants(submission, task, times) VALUES(:num, :task, 1)
ON CONFLICT(submission, task) DO UPDATE SET times = iif(task = 0, times + 1, 1);
