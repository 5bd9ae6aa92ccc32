DELETE FROM artifacts WHERE build = :num;
