#!/bin/bash
# A systemd of its own as the first process of namespaces of its own, over a copy of this machine that
# is thrown away: systemd.sh DIR SCRIPT [FROM TO]. SCRIPT, a file in DIR, is run by it, with /shared in
# place of DIR, and says to /shared/out; the folder FROM is at TO as it is. No other unit runs than what
# SCRIPT starts. For root.
set -eu
if [ "$1" != inside ]; then
	exec unshare --mount --pid --fork --uts --ipc --cgroup --kill-child "$0" inside "$@"
fi
dir=$2 script=$3 from=${4:-} to=${5:-}
mount --make-rprivate /
mkdir -p "$dir/root" "$dir/layer"
mount -t tmpfs tmpfs "$dir/layer"
mkdir "$dir/layer/up" "$dir/layer/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/layer/up,workdir=$dir/layer/work" "$dir/root"
cd "$dir/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount --rbind /dev dev
mkdir -p shared
mount --bind "$dir" shared
if [ -n "$from" ]; then
	mkdir -p ".$to"
	mount --bind "$from" ".$to"
fi
# What the units come behind, without what a whole machine does there.
for unit in sysinit basic; do printf '[Unit]\nDefaultDependencies=no\n' >etc/systemd/system/$unit.target; done
cat >etc/systemd/system/script.service <<END
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/bash /shared/$script
ExecStopPost=/bin/systemctl exit 0
StandardOutput=file:/shared/out
StandardError=inherit
END
mkdir -p before
pivot_root . before # in a chroot the kernel refuses user namespaces
umount -l /before
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
	--unit=script.service --log-target=console --log-level=notice --show-status=no
