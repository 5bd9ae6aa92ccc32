SELECT 1 FROM source_keys k JOIN sources s ON s.num = k.source
WHERE s.name = :source AND k.key = :key;
