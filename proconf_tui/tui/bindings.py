"""The one table of what can be done in a meeting: keys, help, footer and palette come from it.

Each action ``x`` is carried out by a method ``do_x`` of the meeting screen. Users rebind keys by
the action's name. Key names are Textual's (``ctrl+p``, ``question_mark`` or just ``?``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from proconf_tui.errors import ConfigError

Pane = Literal["video", "people", "lobby", "events", "chat"]
Group = Literal["You", "Lobby and room", "Selected participant", "View"]

PANES: Final[tuple[Pane, ...]] = ("video", "people", "lobby", "events", "chat")
GROUPS: Final[tuple[Group, ...]] = ("You", "Lobby and room", "Selected participant", "View")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do. ``label`` is short, for the footer; ``panes`` are those in whose
    focus it comes first there; ``rank`` orders the rest (None: never in the footer). What
    ``asks_server`` cannot be done while the connection is broken; nor can what moderators do."""

    name: str
    keys: str
    group: Group
    label: str
    description: str
    moderators_only: bool = False
    panes: tuple[Pane, ...] = ()
    rank: int | None = None
    asks_server: bool = False

    def __post_init__(self) -> None:
        if not self.keys.strip():
            raise ConfigError(f"The action {self.name!r} needs a key.")

    @property
    def key_names(self) -> tuple[str, ...]:
        """The keys, one by one."""
        return tuple(key.strip() for key in self.keys.split(",") if key.strip())

    @property
    def shown_key(self) -> str:
        """The first key as people write it."""
        return shown(self.key_names[0])

    @property
    def needs_server(self) -> bool:
        """Whether it is nothing that can be done without a connection."""
        return self.asks_server or self.moderators_only


TALK: Final = "talk"

ACTIONS: Final[tuple[Action, ...]] = (
    Action("microphone", "m", "You", "mic", "Turn your microphone on or off", rank=1),
    Action(TALK, "space", "You", "talk", "Talk while muted: hold, or press again to end"),
    Action("camera", "v", "You", "camera", "Turn your camera on or off", rank=2, asks_server=True),
    Action("hand", "r", "You", "hand", "Raise or lower your hand", rank=5, asks_server=True),
    Action("react", "e", "You", "react", "React with an emoji", rank=10, asks_server=True),
    Action("chat", "c", "You", "chat", "Write to everyone; / for commands", rank=3),
    Action("devices", "s", "You", "devices", "Devices, sound processing, sound test", rank=4),
    Action("leave", "q", "You", "leave", "Leave the meeting"),
    Action(
        "admit",
        "a",
        "Lobby and room",
        "admit",
        "Admit the selected, or the longest waiting",
        moderators_only=True,
        panes=("lobby",),
    ),
    Action(
        "admit_all",
        "A",
        "Lobby and room",
        "admit all",
        "Admit everyone who waits",
        moderators_only=True,
        panes=("lobby",),
    ),
    Action(
        "deny",
        "d",
        "Lobby and room",
        "deny",
        "Refuse the selected, or the longest waiting",
        moderators_only=True,
        panes=("lobby",),
    ),
    Action(
        "lock",
        "l",
        "Lobby and room",
        "lock",
        "Lock or unlock the room",
        moderators_only=True,
        rank=8,
    ),
    Action(
        "mute_everyone",
        "M",
        "Lobby and room",
        "mute all",
        "Mute everyone; asks if they may unmute",
        moderators_only=True,
        rank=9,
    ),
    Action(
        "controls",
        "C",
        "Lobby and room",
        "controls",
        "Room controls: lock, publish, receive, data",
        moderators_only=True,
        rank=11,
    ),
    Action(
        "suspend",
        "P",
        "Lobby and room",
        "suspend",
        "Suspend everything; P again brings it back",
        moderators_only=True,
        rank=13,
    ),
    Action(
        "blocked",
        "B",
        "Lobby and room",
        "blocked",
        "Who is blocked, and let them come again",
        moderators_only=True,
    ),
    Action(
        "invite", "i", "Lobby and room", "invite", "Show the invite: link, QR code, copy", rank=6
    ),
    Action(
        "mute",
        "u",
        "Selected participant",
        "mute",
        "Mute the selected participant",
        moderators_only=True,
        panes=("people", "video"),
    ),
    Action(
        "stop_camera",
        "x",
        "Selected participant",
        "stop camera",
        "Stop their camera, or their screen",
        moderators_only=True,
        panes=("people", "video"),
    ),
    Action(
        "kick",
        "K",
        "Selected participant",
        "remove",
        "Remove the selected participant; asks first",
        moderators_only=True,
        panes=("people", "video"),
    ),
    Action(
        "moderator",
        "o",
        "Selected participant",
        "moderator",
        "Make them a moderator, or a guest again",
        moderators_only=True,
        panes=("people", "video"),
    ),
    Action(
        "louder",
        "plus,equals_sign",
        "Selected participant",
        "louder",
        "Hear them louder, you alone",
        panes=("people", "video"),
    ),
    Action(
        "quieter",
        "minus",
        "Selected participant",
        "quieter",
        "Hear them quieter, down to not at all",
        panes=("people", "video"),
    ),
    Action("layout", "g", "View", "layout", "Switch between grid and speaker layout", rank=12),
    Action("statistics", "t", "View", "statistics", "How sound and pictures do", rank=7),
    Action("pixels", "p", "View", "pixels", "Draw pictures in another way", rank=14),
    Action("fit", "f", "View", "fit", "Show whole pictures, or fill the tiles", rank=15),
    Action("pin", "1,2,3,4,5,6,7,8,9", "View", "pin", "Pin the tile of that number, or unpin it"),
    Action("screen", "0", "View", "screen", "Pin a shared screen, the next one, then none"),
    Action("panes", "z", "View", "panes", "Give pictures all the room, or panes theirs", rank=16),
    Action("next_pane", "tab", "View", "next pane", "Go to the next pane"),
    Action("previous_pane", "shift+tab", "View", "previous pane", "Go to the previous pane"),
    Action("cursor_down", "j,down", "View", "down", "Select the next row or tile"),
    Action("cursor_up", "k,up", "View", "up", "Select the row or tile before"),
    Action("palette", "ctrl+p", "View", "commands", "Find a command by typing"),
    Action("help", "question_mark", "View", "help", "Show the keys that work here"),
)

WRITING: Final[tuple[Action, ...]] = (
    Action("send", "enter", "You", "send", "Say what you have written"),
    Action("back", "escape", "You", "back", "Give the keys back to the meeting"),
    Action("slash", "slash", "You", "commands", "Begin a command"),
)
"""What the footer offers while one writes: all other keys are text then."""

_ALWAYS_RANK: Final = 4

_ROOMS: Final = ("invite", "lock", "mute_everyone")
"""What comes after the first key for whoever is selected, and before their others."""

_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "shift+tab": "shift+tab",
    "down": "↓",
    "up": "↑",
    "escape": "esc",
}


def shown(key: str) -> str:
    """Return Textual's name of a key as people write it."""
    return _SHOWN.get(key, key)


def resolve(overrides: Mapping[str, str]) -> tuple[Action, ...]:
    """Return the table with the user's keys in it.

    Raises:
        ConfigError: there is no action of that name, no key is given, two share a key, or it is
            ``pin``, whose keys are the tiles' numbers.
    """
    if "pin" in overrides:
        raise ConfigError("The keys of 'pin' are the tiles' numbers and cannot be changed.")
    unknown = overrides.keys() - {action.name for action in ACTIONS}
    if unknown:
        raise ConfigError(f"There is no action {min(unknown)!r} to give a key to.")
    actions = tuple(
        replace(action, keys=overrides.get(action.name, action.keys)) for action in ACTIONS
    )
    _refuse_shared_keys(actions)
    return actions


def _refuse_shared_keys(actions: Iterable[Action]) -> None:
    owners: dict[str, str] = {}
    for action in actions:
        for key in action.key_names:
            if (owner := owners.setdefault(shown(key), action.name)) != action.name:
                raise ConfigError(
                    f"The key {shown(key)!r} is given to both {owner!r} and {action.name!r}."
                )


def for_footer(
    actions: Iterable[Action],
    *,
    is_moderator: bool,
    pane: Pane | None,
    has_lobby: bool,
    has_other: bool,
    can_talk: bool,
) -> list[Action]:
    """Return what the footer offers now, the most useful first; help and leave come last.

    ``has_other`` says whether the keys for selected participants act on anybody.
    """
    if pane == "chat":
        return list(WRITING)
    allowed = {
        action.name: action
        for action in actions
        if (is_moderator or not action.moderators_only)
        and (has_other or action.group != "Selected participant")
    }
    here = [name for name, action in allowed.items() if pane in action.panes]
    ranked = sorted((a.rank, name) for name, a in allowed.items() if a.rank is not None)
    always = [name for rank, name in ranked if rank <= _ALWAYS_RANK]
    rest = [name for rank, name in ranked if rank > _ALWAYS_RANK]
    knock = ["admit", "deny"] if has_lobby and is_moderator else []
    if can_talk:
        always.insert(1, TALK)
    lobby_first = [*here, *always] if pane == "lobby" else [*knock, *always, *here[:1]]
    room = [name for name in rest if name in _ROOMS]
    names = dict.fromkeys([*lobby_first, *room, *here, *rest, "help", "leave"])
    return [allowed[name] for name in names]
