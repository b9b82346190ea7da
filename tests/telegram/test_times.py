"""Times that a page states exactly: shown by the clock of the reader's own app."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.locales import show_moment, speaking
from bot.telegram.keyboards import View
from bot.telegram.replies import render
from tests.telegram.briefs import article, brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import TITLE, A, bot_messages
from tests.telegram.test_replies import parts

MOSCOW = timezone(timedelta(hours=3))
PUBLISHED = datetime(2022, 3, 5, 14, 30, tzinfo=MOSCOW)
CHANGED = datetime(2022, 3, 6, 9, 5, tzinfo=UTC)
TIMED = article().model_copy(
    update={
        "published": "2022-03-05",
        "published_at": PUBLISHED,
        "modified": "2022-03-06",
        "modified_at": CHANGED,
    }
)


def test_the_time_of_publication_is_a_time_for_the_reader_s_app() -> None:
    reply = render(brief(of=TIMED))
    assert "TASS · 5 Mar 2022, 14:30 UTC+3, updated 6 Mar · " in reply.text
    assert parts(reply, "date_time") == ["5 Mar 2022, 14:30 UTC+3"]
    [moment] = [e for e in reply.entities if e.type == "date_time"]
    assert (moment.unix_time, moment.date_time_format) == (PUBLISHED, "Dt")


def test_about_gives_the_time_of_the_last_change() -> None:
    reply = render(brief(of=TIMED), View.ABOUT)
    assert "Last changed: 6 Mar 2022, 09:05 UTC" in reply.text
    assert parts(reply, "date_time") == ["6 Mar 2022, 09:05 UTC"]


def test_a_date_alone_stays_a_date() -> None:
    dated = brief(of=article().model_copy(update={"modified": "2022-03-06"}))
    assert "date_time" not in {e.type for e in render(dated).entities}
    about = render(dated, View.ABOUT)
    assert "Last changed: 6 Mar 2022\n" in about.text
    assert "date_time" not in {e.type for e in about.entities}
    assert "Last changed" not in render(brief(), View.ABOUT).text


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        (timedelta(hours=5, minutes=30), "UTC+5:30"),
        (timedelta(hours=-3, minutes=-30), "UTC-3:30"),
        (timedelta(hours=-5), "UTC-5"),
    ],
)
def test_the_clock_is_that_of_the_page(offset: timedelta, shown: str) -> None:
    assert show_moment(datetime(2022, 3, 5, 7, 3, tzinfo=timezone(offset))) == f"5 Mar 2022, 07:03 {shown}"
    with speaking("de"):
        assert show_moment(datetime(2022, 3, 5, 7, 3, tzinfo=UTC)) == "5. März 2022, 07:03 UTC"


async def test_telegram_gets_the_moment_as_seconds(bot: Bot) -> None:
    bot.newsroom.brief = brief(of=TIMED)
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
    [message] = bot_messages(bot)
    [moment] = [e for e in message.entities if e["type"] == "date_time"]
    assert (moment["unix_time"], moment["date_time_format"]) == (int(PUBLISHED.timestamp()), "Dt")
