"""Prints the microphones and loudspeakers as one JSON object."""

from __future__ import annotations

import json
import sys

from proconf_tui.media import devices

sys.stdout.write(
    json.dumps(
        {
            "microphones": [device.name for device in devices.list_microphones()],
            "speakers": [device.name for device in devices.list_speakers()],
            "default": devices.WantedDevice("default", "microphone").find().name,
            "found": devices.WantedDevice("VMIC", "microphone").find().name,
            "refreshed": devices.refresh(),
        }
    )
)
