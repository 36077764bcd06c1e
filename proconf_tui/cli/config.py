"""``proconf-tui config``: which file is read, and where each value in force came from."""

from __future__ import annotations

import typer

from proconf_tui.cli import options

app = typer.Typer(help="Show the settings.", rich_markup_mode=None)


@app.command()
def path() -> None:
    """Print where the configuration file is looked for."""
    from proconf_tui.config.settings import default_path

    print(default_path())


@app.command()
def show(config: options.Config = None) -> None:
    """Print every setting and where its value came from."""
    from proconf_tui.config.settings import load_settings, variable_of

    resolved = load_settings(path=config)
    values = {name: getattr(resolved.settings, name) for name in resolved.origins}
    width = max(map(len, values))
    for name, value in values.items():
        origin: str = resolved.origins[name]
        if origin == "environment":
            origin = variable_of(name)
        elif origin == "file":
            origin = str(resolved.path)
        print(f"{name:{width}}  {_shown(value)}  ({origin})")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{action}={key}" for action, key in value.items()) or "-"
    return "-" if value is None else str(value)
