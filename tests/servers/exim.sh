#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's exim on loopback, with a configuration, a spool and a mailbox of its own:
#   exim.sh DIR
# takes mails to anybody at sample.invalid and delivers them into the maildir DIR/mail; DIR/port is
# the port that it listens on. nobody@sample.invalid is refused (550); while DIR/busy exists, every
# receiver is put off (451). It runs until it is killed.
set -eu
dir=$1
mkdir -p "$dir/spool" "$dir/mail"
dir=$(cd "$dir" && pwd)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
user=$(id -un) group=$(id -gn) as_nobody=
if [ "$(id -u)" = 0 ]; then # it does not deliver as root
	user=nobody group=nogroup
	as_nobody="setpriv --reuid=$user --regid=$group --clear-groups"
fi
cat >"$dir/exim.conf" <<END
primary_hostname = mail.sample.invalid
qualify_domain = sample.invalid
spool_directory = $dir/spool
log_file_path = $dir/log.%s
pid_file_path = $dir/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = $port
exim_user = $user
exim_group = $group
never_users =
keep_environment =
host_lookup =
tls_advertise_hosts =
acl_smtp_rcpt = receiver
begin acl
receiver:
  defer condition = \${if exists{$dir/busy}}
    message = busy for a while
  deny local_parts = nobody
    message = nobody of that name
  accept domains = sample.invalid
  deny
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  maildir_format
  directory = $dir/mail
  user = $user
  group = $group
  envelope_to_add
END
[ -z "$as_nobody" ] || chown -R $user:$group "$dir"
echo "$port" >"$dir/port.new"
mv "$dir/port.new" "$dir/port"
# shellcheck disable=SC2086 # words
exec $as_nobody /usr/sbin/exim4 -C "$dir/exim.conf" -bdf -q10m
