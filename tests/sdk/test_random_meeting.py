"""Five people on real sockets do anything in any order, some of it at once, and lose connections.

When it is quiet again, what each client has folded is what the server would show it now.
"""

from __future__ import annotations

import asyncio

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.support.players import ACTIONS, PLAYERS, Step, table

steps: st.SearchStrategy[Step] = st.builds(
    Step,
    actor=st.integers(0, PLAYERS - 1),
    action=st.sampled_from(sorted(ACTIONS)),
    other=st.integers(0, PLAYERS - 1),
    number=st.integers(0, 7),
)
rounds = st.lists(st.lists(steps, min_size=1, max_size=4), min_size=8, max_size=20)


# A meeting that fails is not made smaller: each attempt would wait until it is certain.
@settings(max_examples=25, phases=[Phase.generate])
@given(is_locked=st.booleans(), rounds=rounds)
def test_every_client_ends_with_the_servers_view(is_locked: bool, rounds: list[list[Step]]) -> None:
    async def play() -> None:
        async with table(is_locked=is_locked) as people:
            for together in rounds:
                await people.play(together)
            await people.until_quiet()
            people.check()

    asyncio.run(play())
