SELECT name, seen, asked, trouble, queued FROM labs WHERE name = :lab;
