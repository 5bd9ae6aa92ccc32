UPDATE series SET older = NULLIF(:into, num) WHERE older = :gone;
