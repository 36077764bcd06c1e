"""How large a picture is in a frame of another shape. Pure integers."""

from __future__ import annotations

from proconf_tui.control.agent_commands import Fit


def fitted_size(
    source: tuple[int, int],
    target: tuple[int, int],
    fit: Fit = "letterbox",
    pixel_aspect: float = 1.0,
) -> tuple[int, int]:
    """Return the (width, height) at which ``source`` fills ``target`` keeping its aspect.

    "letterbox" stays within the target, "crop" covers it. ``pixel_aspect`` is the width of the
    target's pixels to their height; those of the source are square. Never below 1 x 1.
    """
    ratios = (target[0] * pixel_aspect / source[0], target[1] / source[1])
    ratio = min(ratios) if fit == "letterbox" else max(ratios)
    return max(1, round(source[0] * ratio / pixel_aspect)), max(1, round(source[1] * ratio))
