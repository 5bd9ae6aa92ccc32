UPDATE sources SET served = :served WHERE num = (SELECT source FROM tasks WHERE num = :num);
