#!/usr/bin/python3
# A LAVA device as a server makes it of a dictionary, by lava-server's own code, without a server.
#   device.py DICTIONARY [JOB]    prints the device, with a job as that job's context changes it;
#                                 does not if LAVA's schemas for devices and jobs object
# Device types are those of jobs/device-types and of Debian's lava-server.
import os
import shutil
import sys
import tempfile

import django
import yaml
from django.conf import settings
from lava_server.settings import common

top = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../..")
devices = tempfile.TemporaryDirectory()
# By a name that is no type's: a dictionary is called after the device, its type after the board.
shutil.copy(sys.argv[1], os.path.join(devices.name, "device-01.jinja2"))
options = {name: value for name, value in vars(common).items() if name.isupper()}
options.update(
    SECRET_KEY="none",
    DEVICES_PATH=devices.name,
    DEVICE_TYPES_PATHS=[f"{top}/jobs/device-types", "/usr/share/lava-server/device-types"],
)
settings.configure(**options)
django.setup()

from lava_common.schemas import validate as validate_job
from lava_scheduler_app.models import Device
from lava_server.management.commands.devices import Command

job = {}
if len(sys.argv) > 2:
    with open(sys.argv[2]) as f:
        job = yaml.safe_load(f)
    validate_job(job, strict=True)
device = Device(hostname="device-01")
# What `lava-server manage devices check` does with each of its devices.
if Command(stdout=sys.stderr)._handle_check(device) != 0:
    sys.exit(1)
print(device.load_configuration(job.get("context", {}), output_format="yaml"))
