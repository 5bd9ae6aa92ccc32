SELECT num FROM bisections WHERE num = :num;
