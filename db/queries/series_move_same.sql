UPDATE series SET same = NULLIF(:into, num) WHERE same = :gone;
