SELECT lab, name, type, health, state, worker, online FROM lab_devices
WHERE lab = :lab ORDER BY name;
