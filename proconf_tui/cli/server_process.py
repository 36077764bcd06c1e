"""The meeting's server as `start` runs it: begun when it is needed, and begun again if it crashes.

A new run has the ports and the store of the one before it, so the meeting goes on. A run that ends
in good order, or cannot start, is not followed by another.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from proconf_tui.cli.meeting_store import new_store
from proconf_tui.cli.server_child import NotReady, Place, ServerChild
from proconf_tui.config.paths import log_dir
from proconf_tui.errors import ConfigError, ProconfError
from proconf_tui.server.event_log import sqlite_file
from proconf_tui.tui.restarts import RestartLimit

_log = logging.getLogger(__name__)

_RESTARTS: Final = 5
_WINDOW_S: Final = 60.0


class ServerProcess:
    """A server that starts when its address is first asked for, and ends with the block.

    It is tried on the ``ports`` in turn (0: any that is free) while one is taken. ``options`` are
    more of its command line.
    """

    def __init__(self, *ports: int, options: Sequence[str] = ()) -> None:
        self._ports = list(ports)
        self._options = tuple(options)
        self._store = new_store()
        self._place: Place | None = None
        self._starting = threading.Lock()
        # Guards the three below: once it is over no other run begins.
        self._changing = threading.Lock()
        self._child: ServerChild | None = None
        self._is_over = False
        self._is_kept = False
        self._problem: str | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def url(self) -> str:
        """Return its address as soon as it can be used; blocks, from any thread.

        Raises:
            ConfigError: the ports are taken.
            ProconfError: it did not start, or not in time.
        """
        with self._starting:
            if self._place is None:
                self._place = self._first_place()
                self._watcher.start()
            return self._place.url

    @property
    def pid(self) -> int | None:
        """Its process id, None while none runs."""
        child = self._child
        return child.pid if child else None

    def problem(self) -> str | None:
        """Return why no server runs and none will, as a sentence; None while all is well."""
        return self._problem

    def keep(self) -> None:
        """Let the server go on after us; from now on nobody starts it again."""
        with self._changing:
            self._is_over = self._is_kept = True
        if self._child is not None:
            self._child.ask_to_stay()

    def stop(self) -> None:
        """End the server and wait until nothing is left of it; one that is kept stays."""
        with self._changing:
            self._is_over = True
        if self._child is not None and self._is_kept:
            self._child.let_go()
            return
        if self._child is not None:
            self._child.end()
        if self._watcher.ident is not None:
            self._watcher.join()
        self._child = None
        sqlite_file.remove(self._store)

    def _first_place(self) -> Place:
        *others, last = self._ports
        for port in others:
            with contextlib.suppress(ConfigError):
                return self._run_on(port)
        return self._run_on(last)

    def _run_on(self, port: int, *more: str) -> Place:
        child = self._begin(port, *more)
        try:
            return child.place()
        except ProconfError:
            child.end()
            raise

    def _begin(self, port: int, *more: str) -> ServerChild:
        with self._changing:
            if self._is_over:
                raise ProconfError("The meeting's server has been stopped.")
            self._child = ServerChild(port, self._store, (*self._options, *more))
            return self._child

    def _watch(self) -> None:
        limit = RestartLimit(_RESTARTS, _WINDOW_S)
        while (child := self._child) is not None:
            status = child.wait()
            if self._is_over:
                return
            child.let_go()
            if status == 0:
                _log.info("the server has ended by itself")
                return
            _log.warning("the server crashed (status %d)", status)
            if not self._has_begun_again(limit):
                return

    def _has_begun_again(self, limit: RestartLimit) -> bool:
        """Return once another run serves, or with False when it stays down."""
        assert self._place is not None, "it is watched from when it has one"
        while limit.allows(time.monotonic()):
            try:
                self._place = self._run_on(self._place.port, "--resumed")
            except NotReady as error:
                _log.warning("the server is started once more: %s", error)
            except ProconfError as error:
                if not self._is_over:
                    _log.error("the server cannot be started again: %s", error)
                    self._problem = error.message
                return False
            else:
                return True
        _log.error("the server crashed too often and stays down")
        self._problem = f"The meeting's server keeps stopping; its log is in {log_dir()}."
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
