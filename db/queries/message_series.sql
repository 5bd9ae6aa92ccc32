UPDATE outbox SET series = :into WHERE series = :gone;
