SELECT num FROM test_paths WHERE path = :path;
