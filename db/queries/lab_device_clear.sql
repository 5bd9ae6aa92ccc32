DELETE FROM lab_devices WHERE lab = :lab;
