import importlib
from pathlib import Path

from tests.article.rows import ROWS, covered

HERE = Path(__file__).parent


def test_every_row_of_the_table_of_hostile_cases_has_a_test() -> None:
    for path in sorted(HERE.glob("test_*.py")):
        importlib.import_module(f"{__package__}.{path.stem}")
    assert sorted(set(range(1, ROWS + 1)) - covered) == []
    assert max(covered) == ROWS
