INSERT INTO submissions(lab, target, build_id, filter, kernel, ramdisk, dtb, purpose, task, state,
                        cancel, lava_id, created, posted, started, ended, device)
VALUES(:lab, :target, :build_id, :filter, :kernel, :ramdisk, :dtb, :purpose, :task, 'wanted', 0, 0,
       :now, 0, 0, 0, '')
RETURNING num;
