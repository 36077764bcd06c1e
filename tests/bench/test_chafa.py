from __future__ import annotations

import numpy as np
import pytest

from bench.lib.chafa import DEFAULT_WORK, FASTEST_WORK, Chafa
from tests.support.ansi import Cell, parse_cells


@pytest.mark.parametrize("work", [FASTEST_WORK, DEFAULT_WORK])
def test_it_draws_half_blocks_in_full_colour(work: float) -> None:
    try:
        chafa = Chafa(4, 2, work)
    except OSError:
        pytest.skip("libchafa is not installed")
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:10] = (250, 10, 20)
    picture[10:20] = (30, 40, 240)
    upper, lower = parse_cells(chafa.draw(picture).decode())
    assert upper == [Cell("▀", (250, 10, 20), (30, 40, 240))] * 4
    assert [(cell.char, cell.bg) for cell in lower] == [(" ", (0, 0, 0))] * 4
