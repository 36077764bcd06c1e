"""What every request is: a struct with a name on the wire and a type of answer."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

Json = dict[str, Any]


class Empty(msgspec.Struct, frozen=True):
    """The result of a request that has nothing to tell but that it was done."""


class Request(msgspec.Struct, frozen=True, rename="camel"):
    """Base of the requests; ``method`` names them on the wire, ``result`` types the answer."""

    method: ClassVar[str]
    result: ClassVar[type[msgspec.Struct]] = Empty
