"""The screen as a program of its own that also says what its pacer did.

    python -m bench.lib.measured_screen OPTIONS

OPTIONS is a JSON object: the fields of `TuiOptions`, ``agent_command``, and ``report``, the path of
a file that holds, replaced once a second, the plane's statistics and the tiles' sizes in cells.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from proconf_tui.tui import app, launch
from proconf_tui.tui.app import ProconfApp
from proconf_tui.tui.options import TuiOptions

_EVERY_S: Final = 1.0
_report_path = Path()


class MeasuredApp(ProconfApp):
    """Writes its report from time to time."""

    CSS_PATH = str(Path(app.__file__).with_name("app.tcss"))

    async def on_mount(self) -> None:
        self.set_interval(_EVERY_S, self._report)

    def _report(self) -> None:
        tiles = [tile for tile in self.base_screen.wanted_tiles().values() if tile.has_picture]
        report: dict[str, Any] = self.plane.statistics._asdict()
        report["tiles"] = [tuple(tile.size) for tile in tiles]
        new = _report_path.with_suffix(".new")
        new.write_text(json.dumps(report))
        new.replace(_report_path)


def main() -> int:
    """Run as the module's docstring says."""
    global _report_path  # noqa: PLW0603 - the app is made by `launch`, which hands nothing on
    settings = json.loads(sys.argv[1])
    _report_path = Path(settings.pop("report"))
    command = settings.pop("agent_command")
    log_file = Path(settings.pop("log_file"))
    app.ProconfApp = MeasuredApp  # type: ignore[misc]
    result = launch.launch(TuiOptions(**settings, log_file=log_file), command)
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main())
