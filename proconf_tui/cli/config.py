"""``proconf-tui config``: which file is read, and where each value in force came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from proconf_tui.cli import options

if TYPE_CHECKING:
    from proconf_tui.config.settings import Resolved

app = typer.Typer(help="Show the settings.", rich_markup_mode=None)


@app.command()
def path() -> None:
    """Print where the configuration file is looked for."""
    from proconf_tui.config.settings import default_path

    print(default_path())


@app.command()
def show(config: options.Config = None, json: options.AsJson = False) -> None:
    """Check every setting, and print it and where its value came from."""
    from proconf_tui.cli.tables import json_text
    from proconf_tui.config.settings import load_settings
    from proconf_tui.tui.bindings import resolve

    resolved = load_settings(path=config)
    resolve(resolved.settings.keys)
    values = _values(resolved)
    if json:
        print(json_text(_described(resolved, values)))
        return
    width = max(map(len, values))
    for name, value in values.items():
        print(f"{name:{width}}  {_shown(value)}  ({_source(resolved, name)})")


def _values(resolved: Resolved) -> dict[str, object]:
    """Return the value of each setting, that of a server which is started with them."""
    from proconf_tui.config.settings import store_of

    values = {name: getattr(resolved.settings, name) for name in resolved.origins}
    return {**values, "store": store_of(resolved.settings)}


def _described(resolved: Resolved, values: dict[str, object]) -> dict[str, object]:
    return {
        name: {
            "value": str(value) if isinstance(value, Path) else value,
            "origin": resolved.origins[name],
            "source": _source(resolved, name),
        }
        for name, value in values.items()
    }


def _source(resolved: Resolved, name: str) -> str:
    from proconf_tui.config.settings import variable_of

    origin = resolved.origins[name]
    if origin == "environment":
        return variable_of(name)
    return str(resolved.path) if origin == "file" else origin


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{action}={key}" for action, key in value.items()) or "-"
    if isinstance(value, bool):
        return str(value).lower()
    return "-" if value is None else str(value)
