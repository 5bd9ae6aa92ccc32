UPDATE bisection_commits SET odds = :odds WHERE bisection = :bisection AND seq = :seq;
