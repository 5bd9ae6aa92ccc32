UPDATE series SET newer = NULLIF(:into, num) WHERE newer = :gone;
