UPDATE submissions SET state = 'ended', ended = :now, job_id = :job_id WHERE num = :num;
