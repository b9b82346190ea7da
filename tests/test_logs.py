"""Lines of the log: one an event, with the ids of what it is about."""

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import about, set_up_logging


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_lines_for_machines_name_what_they_are_about_in_tasks_started_there_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("INFO", "json")
    log = logging.getLogger("bot.example")

    async def work() -> None:
        with about(brief="ab12"):
            log.warning("a page was read %d times", 2)

    with about(update=7):
        task = asyncio.create_task(work())
    await task
    log.info("after")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["event"] == "a page was read 2 times"
    assert (first["update"], first["brief"]) == (7, "ab12")
    assert (first["level"], first["logger"]) == ("warning", "bot.example")
    assert "update" not in second


def test_lines_for_eyes_hold_level_logger_and_ids(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text")
    with about(update=7):
        logging.getLogger("bot.example").info("taken")
    logging.getLogger("bot.example").debug("unseen")
    [line] = capsys.readouterr().err.splitlines()
    assert all(part in line for part in ("info", "taken", "bot.example", "update=7"))


def test_a_line_break_in_what_is_logged_begins_no_new_line_for_machines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging("INFO", "json")
    logging.getLogger("bot.example").info('one\n{"event": "forged"}')
    assert len(capsys.readouterr().err.splitlines()) == 1
