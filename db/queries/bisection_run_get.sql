SELECT seq, verdict, job_id, ms FROM bisection_runs WHERE bisection = :bisection ORDER BY num;
