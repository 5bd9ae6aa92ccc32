INSERT INTO test_paths(path) VALUES(:path) ON CONFLICT(path) DO NOTHING;
