INSERT OR REPLACE INTO lab_devices(lab, name, type, health, state, worker, online)
VALUES(:lab, :name, :type, :health, :state, :worker, :online);
