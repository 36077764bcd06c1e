"""Which of the pictures a subscriber watches fit its line, and how much each may take of it.

Pure. Sound goes first and is never weighed. Pictures are taken in order of importance: one that
does not fit is held back, and a less important one that does may still go. A stream has one
layer, so it gets smaller only for everybody: how far is for those to say who have most room for
it (:func:`caps`), and this subscriber sees it in ``floor_bps``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from proconf_tui.protocol.ids import PeerId

StreamName = tuple[PeerId, str]
"""Whose picture it is and its label."""

MIN_PICTURE_BPS: Final = 60_000
"""With less there is nothing to see in the smallest of pictures."""
CLEAR_ROOM: Final = 1.15
"""What was held back comes back only when this times what it takes is there."""
SLACK: Final = 1.05
"""What is sent stays while it takes less than this times the room: a keyframe is no reason."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A watched stream: its bitrate now, and what it can be brought down to for this subscriber."""

    name: StreamName
    bps: int
    floor_bps: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """What becomes of a subscriber's pictures.

    ``shares`` has all of them, None for as much as the stream likes. ``next_bps`` is what the line
    must carry for one more to go; None when nothing is held back.
    """

    sent: tuple[StreamName, ...]
    held_back: tuple[StreamName, ...]
    shares: Mapping[StreamName, int | None]
    next_bps: int | None = None


def floor_bps(bps: int, others: Iterable[int | None]) -> int:
    """Return what a stream of ``bps`` can be brought down to for one of those who watch it.

    ``others`` are the shares the other ones have for it.
    """
    wanted = [bps if share is None else share for share in others]
    return min(bps, max(MIN_PICTURE_BPS, *wanted, 0))


def allot(
    available_bps: int | None,
    audio_bps: int,
    pictures: Sequence[Picture],
    held_before: Set[StreamName] = frozenset(),
) -> Allotment:
    """Divide a line among ``pictures``, the most important first.

    ``held_before`` are those held back until now: they need clear room to come back.
    """
    if available_bps is None:
        names = tuple(picture.name for picture in pictures)
        return Allotment(names, (), dict.fromkeys(names))
    room = max(0, available_bps - audio_bps)
    sent: list[Picture] = []
    held: list[StreamName] = []
    needs: list[int] = []
    taken = 0
    for picture in pictures:
        need = taken + picture.floor_bps
        is_back = picture.name in held_before
        if need * CLEAR_ROOM <= room if is_back else need <= room * SLACK:
            sent.append(picture)
            taken += picture.floor_bps
        else:
            held.append(picture.name)
            needs.append(int(need * CLEAR_ROOM) + 1)
    shares: dict[StreamName, int | None] = dict.fromkeys(held, MIN_PICTURE_BPS)
    shares.update(_divide(room, sent))
    next_bps = audio_bps + min(needs) if needs else None
    return Allotment(tuple(picture.name for picture in sent), tuple(held), shares, next_bps)


def _divide(room: int, sent: Sequence[Picture]) -> dict[StreamName, int]:
    """Give each its floor, then all alike up to what they send now, then all alike the rest."""
    shares = {picture.name: max(MIN_PICTURE_BPS, picture.floor_bps) for picture in sent}
    hungry = sorted(sent, key=lambda picture: picture.bps - shares[picture.name])
    left = max(0, room - sum(shares.values()))
    for index, picture in enumerate(hungry):
        need = max(0, picture.bps - shares[picture.name])
        given = min(need, left // (len(hungry) - index))
        shares[picture.name] += given
        left -= given
    for name in shares:
        shares[name] += left // len(shares)
    return shares


def caps(shares: Iterable[Mapping[StreamName, int | None]]) -> dict[StreamName, int]:
    """Return the bitrate each stream need not exceed, from the shares of all who watch.

    Only streams that all of them are short of have one: a slow line lowers nothing for others.
    """
    largest: dict[StreamName, int] = {}
    unlimited: set[StreamName] = set()
    for mine in shares:
        for name, share in mine.items():
            if share is None:
                unlimited.add(name)
            else:
                largest[name] = max(share, largest.get(name, 0))
    return {name: cap for name, cap in largest.items() if name not in unlimited}
