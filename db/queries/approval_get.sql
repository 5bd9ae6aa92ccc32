SELECT 1 FROM series s JOIN approvals a ON a.digest = s.digest WHERE s.num = :series;
