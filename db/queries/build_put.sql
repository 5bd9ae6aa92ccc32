INSERT INTO builds(id, checkout_id, config_name, compiler, architecture, command, status,
                   start_time, duration_ms, log_sha256, image_hash, options)
VALUES(:id, :checkout_id, :config_name, :compiler, :architecture, :command, :status, :start_time,
       :duration_ms, NULLIF(:log_sha256, ''), :image_hash, :options)
ON CONFLICT(id) DO UPDATE SET
  checkout_id = excluded.checkout_id, config_name = excluded.config_name,
  compiler = excluded.compiler, architecture = excluded.architecture, command = excluded.command,
  status = excluded.status, start_time = excluded.start_time, duration_ms = excluded.duration_ms,
  log_sha256 = excluded.log_sha256, image_hash = excluded.image_hash,
  options = excluded.options
RETURNING num;
