"""Prints the microphones and loudspeakers as one JSON object."""

from __future__ import annotations

import json
import sys

from proconf_tui.media import devices

lists = devices.list_audio()
sys.stdout.write(
    json.dumps(
        {
            "microphones": [device.name for device in lists.microphones],
            "speakers": [device.name for device in lists.speakers],
            "default": devices.WantedDevice("default", "microphone").find().name,
            "found": devices.WantedDevice("VMIC", "microphone").find().name,
        }
    )
)
