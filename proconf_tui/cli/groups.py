"""Options in groups: a command takes a few frozen objects, each field of which is an option.

The line that is typed knows nothing of groups; it has the options of all of them, in their order.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.config.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingPart:
    """How one takes part in a meeting, whichever it is."""

    camera: options.Camera = None
    mic: options.Mic = None
    speaker: options.Speaker = None
    pixels: options.Pixels = None
    video_fit: options.VideoFit = None
    video_budget: options.VideoBudget = None
    theme: options.Theme = None
    config: options.Config = None
    log_file: options.LogFile = None
    yes: options.Yes = False
    headless: options.Headless = False
    json: options.Json = False


def grouped(act: Callable[..., T]) -> Callable[..., T]:
    """Return what Typer makes a command of: ``act`` with the fields of its arguments as options.

    Each parameter of ``act`` is annotated with a dataclass, whose fields are annotated as options.
    """
    kinds = {name: kind for name, kind in get_type_hints(act).items() if name != "return"}

    @functools.wraps(act)
    def command(**given: Any) -> T:
        return act(**{name: _made(kind, given) for name, kind in kinds.items()})

    parameters = [parameter for kind in kinds.values() for parameter in _parameters(kind)]
    # Where PEP 362 has it, and Typer therefore looks for it; mypy knows no attributes of functions.
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _parameters(kind: type[Any]) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )


def _made(kind: type[Any], given: dict[str, Any]) -> Any:
    return kind(**{field.name: given[field.name] for field in fields(kind)})


def settings_under(what: Any, how: TakingPart) -> Settings:
    """Return the settings in force under those fields of two groups that are settings.

    Raises:
        ConfigError: an option, variable, file or value makes no sense.
    """
    from proconf_tui.config.settings import Settings

    known = {field.name for field in fields(Settings)}
    given = {
        field.name: getattr(group, field.name)
        for group in (what, how)
        for field in fields(group)
        if field.name in known
    }
    return options.load(how.config, **given)
