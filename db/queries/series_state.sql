SELECT older, same, digest FROM series WHERE num = :num;
