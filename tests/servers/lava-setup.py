# What a fresh server of lava.sh has in its database, said in LAVA's own management commands, by
# one process: each of them alone takes a second to start. Run by `lava-server manage shell`.
import glob
import os
import secrets

from django.core.management import call_command
from lava_scheduler_app.models import Device, Worker

# As the package's /usr/share/lava-server/postinst.py does it.
call_command("migrate", interactive=False, fake_initial=True, verbosity=0)
call_command("drop_materialized_views")
call_command("refresh_queries", "--all")


def token(name, secret):
    with os.fdopen(os.open("/var/lib/lava-server/tokens/" + name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(secret + "\n")


call_command("users", "add", "admin", "--superuser", "--staff", "--passwd", secrets.token_hex(16))
call_command("users", "add", "dmalab", "--passwd", secrets.token_hex(16))
for user in "admin", "dmalab":
    secret = secrets.token_hex(32)
    call_command("tokens", "add", "--user", user, "--secret", secret)
    token(user, secret)
for worker in "worker1", "worker2":
    call_command("workers", "add", worker)
    token(worker, Worker.objects.get(hostname=worker).token)
for path in sorted(glob.glob("/etc/lava-server/dispatcher-config/device-types/*.jinja2")):
    call_command("device-types", "add", os.path.basename(path)[: -len(".jinja2")])
call_command("devices", "add", "qemu01", "--device-type", "qemu-virt", "--worker", "worker1")
call_command("devices", "add", "qemu02", "--device-type", "qemu-smdkc210", "--worker", "worker2")
call_command("devices", "add", "uboot-sim-01", "--device-type", "uboot-sim", "--worker", "worker1")
# Without a health check nobody would call them good.
Device.objects.update(health=Device.HEALTH_UNKNOWN)
