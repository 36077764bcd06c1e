"""A client's media: devices, codecs, playout, mixing and scaling.

It knows nothing of rooms, peers, signalling or the screen. Importing any module here works
without PortAudio, a camera or a loudspeaker; only opening a device can fail, and then with
`proconf_tui.errors.DeviceUnavailable`.
"""

from __future__ import annotations
