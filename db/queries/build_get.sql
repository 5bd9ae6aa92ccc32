SELECT num, id, checkout_id, config_name, compiler, architecture, command, status, start_time,
       duration_ms, log_sha256, image_hash, options
FROM builds WHERE id = :id;
