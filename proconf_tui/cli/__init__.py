"""The command line: one file per command, each importing what it drives only when it runs."""

from __future__ import annotations
