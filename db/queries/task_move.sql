UPDATE tasks SET series = :into WHERE series = :gone;
