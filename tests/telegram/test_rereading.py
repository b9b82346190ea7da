"""What a reader sees who asks whether a page has changed."""

import pytest

from bot.briefing.changes import find_changes
from bot.briefing.models import Brief
from bot.briefing.revisions import Reread
from bot.errors import HostUnreachable
from bot.telegram.keyboards import Press, View, view_keyboard
from bot.telegram.replies import render
from bot.telegram.rereading import SAME, render_update
from tests.briefing.drafting import SENTENCES, make_article
from tests.telegram.briefs import brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_buttons import press, shown_brief

URL = "https://news.example/buses"
TOLD = brief(of=make_article(url=URL, kind="link"))


def reread(*sentences: str) -> Reread:
    article = make_article(*sentences, url=URL, kind="link")
    changes = find_changes(TOLD.article, article, TOLD.id)
    assert changes is not None
    return Reread(article, changes)


def test_old_and_new_wording_stand_together_and_a_button_has_it_briefed_anew() -> None:
    now = (*SENTENCES[:3], SENTENCES[3].replace("310", "410"), "Nobody asked the drivers of the night buses.")
    reply = render_update(TOLD, reread(*now))
    assert f"Was: “{SENTENCES[3]}”\nNow: “{now[3]}”" in reply.text
    assert f"Added: “{now[4]}”" in reply.text
    assert f"Gone: “{SENTENCES[4]}”" in reply.text
    assert reply.keyboard is not None
    [[button]] = reply.keyboard.inline_keyboard
    assert button.callback_data == f"n:{TOLD.id}"


def test_more_changes_than_a_message_holds_are_said_to_be_there() -> None:
    many = [f"The committee heard witness number {n} on the night buses. " * 3 for n in range(30)]
    reply = render_update(TOLD, reread(*(text.strip() for text in many)))
    assert len(reply.text.encode("utf-16-le")) <= 2 * 4_096
    assert reply.text.endswith("… and more, in the new brief.")


@pytest.mark.parametrize(
    ("told", "has_button"),
    [
        (TOLD, True),
        (TOLD.model_copy(update={"scope": "7"}), False),
        (brief(of=make_article(kind="text")), False),
    ],
    ids=["page", "private", "text"],
)
def test_only_a_public_page_can_be_read_again(told: Brief, has_button: bool) -> None:
    keyboard = render(told, View.ABOUT).keyboard
    assert keyboard is not None
    labels = [button.text for row in keyboard.inline_keyboard for button in row]
    assert ("Changed?" in labels) is has_button
    press = Press(told.id, View.SOURCES)
    assert len(view_keyboard(press, 1, is_page=True).inline_keyboard[0]) == 1


async def test_a_page_that_cannot_be_read_is_told_so(bot: Bot) -> None:
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "About")
        await bot.playground.wait_for(lambda: any(b["text"] == "Changed?" for b in message.buttons))
        assert (await press(bot, message, "Changed?"))["text"] == SAME
        bot.newsroom.error = HostUnreachable("gone", host="news.example")
        assert (await press(bot, message, "Changed?"))["text"] == bot.newsroom.error.sentence
        assert len(bot.playground.bot_messages(READER)) == 1
