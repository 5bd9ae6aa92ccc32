DELETE FROM source_keys WHERE seen < :before;
