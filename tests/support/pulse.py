"""A sound system of a test's own: PulseAudio with a virtual microphone and loudspeaker.

`PulseRig` starts a private pulseaudio without touching the user's, as any user. Programs
started with `PulseRig.env` see the devices "vmic" and "vspk" through PortAudio; what is played
into the one is heard by them, and what they play on the other is recorded.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt

RATE_HZ: Final = 48_000
_SAMPLE_BYTES = 2
_START_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 5.0
_POLL_S = 0.02

# Sinks that may be rewound hand on sound only every 2 s while nobody plays.
_SINK = "rate=48000 channels=1 format=s16le norewinds=1"

_PULSE_SCRIPT = """\
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
load-module module-null-sink sink_name=vmic {sink}
load-module module-null-sink sink_name=vspk {sink}
set-default-sink vspk
set-default-source vmic.monitor
"""

# Without a `hint` block PortAudio does not list an entry.
_ALSA_SCRIPT = """\
pcm.!default { type pulse  hint { show on description "Default" } }
ctl.!default { type pulse }
pcm.vmic { type pulse  device "vmic.monitor"  hint { show on description "Virtual microphone" } }
pcm.vspk { type pulse  device "vspk"  hint { show on description "Virtual loudspeaker" } }
"""

# PortAudio fails without any entry, and lists none that cannot be opened.
_NO_DEVICES = "pcm.!default { type hw  card 99 }\n"


def missing_requirement() -> str | None:
    """Return what this machine lacks for a `PulseRig`, None if nothing."""
    for program in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(program) is None:
            return f"{program} is not installed (apt install pulseaudio pulseaudio-utils)"
    if ctypes.util.find_library("portaudio") is None:
        return "PortAudio is not installed (apt install libportaudio2)"
    if not any(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so")):
        return "ALSA's pulse plugin is not installed (apt install libasound2-plugins)"
    return None


def own_words(errors: str) -> str:
    """Return what a program itself wrote to its stderr.

    ALSA tells there, too, of a device that a busy machine served too late.
    """
    lines = errors.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("ALSA lib "))


def _terminate(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Recording:
    """What a virtual device plays, from when this was made until `stop`."""

    def __init__(self, path: Path, env: dict[str, str], sink: str) -> None:
        self._path = path
        with path.open("wb") as file:
            self._process = subprocess.Popen(
                [
                    *("parec", f"--device={sink}.monitor", "--raw", "--format=s16le"),
                    *(f"--rate={RATE_HZ}", "--channels=1", "--latency-msec=20"),
                ],
                stdout=file,
                stderr=subprocess.DEVNULL,
                env=env,
            )

    def samples(self) -> npt.NDArray[np.float32]:
        """Return what was recorded so far, (n,) float32 mono at 48 kHz in -1..1."""
        raw = self._path.read_bytes()
        whole = len(raw) // _SAMPLE_BYTES * _SAMPLE_BYTES
        return np.frombuffer(raw[:whole], np.int16).astype(np.float32) / np.float32(32768.0)

    def wait_for(self, seconds: float, timeout_s: float = 30.0) -> npt.NDArray[np.float32]:
        """Wait until ``seconds`` were recorded and return everything so far."""
        deadline = time.monotonic() + timeout_s
        while len(recorded := self.samples()) < seconds * RATE_HZ:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError(f"only {len(recorded) / RATE_HZ:.2f} s were recorded")
            time.sleep(_POLL_S)
        return recorded

    def stop(self) -> npt.NDArray[np.float32]:
        """End the recording and return it; again returns the same."""
        _terminate(self._process)
        return self.samples()


class PulseRig:
    """A running PulseAudio with the devices "vmic" and "vspk"; a context manager."""

    def __init__(self) -> None:
        self.env: dict[str, str] = {}
        """The environment in which a program finds these devices and no others."""
        self._processes: list[subprocess.Popen[bytes]] = []
        self._recordings: list[Recording] = []

    def __enter__(self) -> Self:
        self._directory = Path(tempfile.mkdtemp(prefix="pulse-rig-"))
        self._alsa_script = self._directory / "asound.conf"
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def play(self, wav: Path, sink: str = "vmic") -> subprocess.Popen[bytes]:
        """Start playing ``wav`` into the virtual microphone; ``wait()`` for its end."""
        player = subprocess.Popen(["paplay", f"--device={sink}", str(wav)], env=self.env)
        self._processes.append(player)
        return player

    def start_recording(self, sink: str = "vspk") -> Recording:
        """Start to record the virtual loudspeaker, or what another device plays."""
        path = self._directory / f"recording-{len(self._recordings)}.raw"
        recording = Recording(path, self.env, sink)
        self._recordings.append(recording)
        return recording

    def record(self, seconds: float) -> npt.NDArray[np.float32]:
        """Record the virtual loudspeaker for ``seconds``: (n,) float32 mono at 48 kHz."""
        recording = self.start_recording()
        recording.wait_for(seconds)
        return recording.stop()[: int(seconds * RATE_HZ)]

    def control(self, *arguments: str) -> str:
        """Run ``pactl`` on this PulseAudio and return what it prints."""
        return subprocess.run(
            ["pactl", *arguments],
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=_START_TIMEOUT_S,
        ).stdout

    def unplug(self, sink: str) -> None:
        """Take the device of that name away, as if its cable were pulled."""
        for line in self.control("list", "short", "modules").splitlines():
            number, _, about = line.split("\t", 2)
            if f"sink_name={sink} " in about:
                self.control("unload-module", number)

    def plug_in(self, sink: str) -> None:
        """Bring a device of that name, known to ALSA or not."""
        self.control("load-module", "module-null-sink", f"sink_name={sink}", *_SINK.split())

    def add_entry(self, name: str, device: str, server: PulseRig | None = None) -> None:
        """Let programs find PulseAudio's ``device``, there or not, by ``name``.

        ``server`` is whose device it is, if it is not this one's.
        """
        entry = f'type pulse  device "{device}"  hint {{ show on description "{name}" }}'
        if server is not None:
            entry += f'  server "{server.env["PULSE_SERVER"]}"'
        with self._alsa_script.open("a") as file:
            file.write(f"pcm.{name} {{ {entry} }}\n")

    def forget_entries(self) -> None:
        """Let programs that look from now on find no device."""
        self._alsa_script.write_text(_NO_DEVICES)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """PulseAudio does nothing at all until the block ends."""
        self._pulseaudio.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._pulseaudio.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End everything that this rig has started and remove its files."""
        for recording in self._recordings:
            recording.stop()
        for process in reversed(self._processes):
            _terminate(process)
        self._processes.clear()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _start(self) -> None:
        socket = self._directory / "native"
        self._pulse_script = self._directory / "rig.pa"
        self._pulse_script.write_text(_PULSE_SCRIPT.format(socket=socket, sink=_SINK))
        self._alsa_script.write_text(_ALSA_SCRIPT)
        for name in ("run", "state", "config"):
            (self._directory / name).mkdir()
        self.env = {
            **os.environ,
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_RUNTIME_PATH": str(self._directory / "run"),
            "PULSE_STATE_PATH": str(self._directory / "state"),
            "XDG_CONFIG_HOME": str(self._directory / "config"),
            "ALSA_CONFIG_PATH": str(self._alsa_script),
        }
        self._launch()

    def restart(self) -> None:
        """Let PulseAudio end, and start it again with the devices of the beginning."""
        self._processes.remove(self._pulseaudio)
        _terminate(self._pulseaudio)
        self._launch()

    def _launch(self) -> None:
        with (self._directory / "pulseaudio.log").open("ab") as log:
            self._pulseaudio = subprocess.Popen(
                [
                    *("pulseaudio", "-n", "-F", str(self._pulse_script), "--daemonize=no"),
                    *("--exit-idle-time=-1", "--use-pid-file=no"),
                ],
                env=self.env,
                stdout=log,
                stderr=log,
            )
        self._processes.append(self._pulseaudio)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                if "vspk" in self.control("list", "short", "sinks"):
                    return
            except subprocess.CalledProcessError:
                time.sleep(_POLL_S)
        log = (self._directory / "pulseaudio.log").read_text(errors="replace")
        raise RuntimeError(f"pulseaudio did not start:\n{log}")
