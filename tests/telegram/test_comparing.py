"""Comparing in chats: who gets one, of which articles, and what its message shows and links to."""

import pytest

from bot.article.models import PUBLIC
from bot.briefing.models import Brief
from bot.comparing.compare import compare_briefs
from bot.comparing.models import Comparison
from bot.comparing.pipeline import SameArticle
from bot.errors import HostUnreachable
from bot.playground.state import Stored
from bot.telegram.comparing import EXPIRED, HOW_TO_COMPARE, HOW_TO_COMPARE_TWO
from bot.telegram.comparison_view import ComparisonPress, read_comparison_press, render_comparison
from bot.telegram.replies import render
from bot.telegram.sending import Place, Sender
from tests.comparing.pairs import DATA, brief_of, read_pairs
from tests.telegram.conftest import READER, Bot, telegram_at
from tests.telegram.test_buttons import ANN, GROUP, add_group, press

GOLD = read_pairs(DATA / "compare-dev.jsonl")[0]
FIRST, SECOND = brief_of(GOLD.first, 1), brief_of(GOLD.second, 2)
LINK = "https://b.example/dev-1-en-court"
MADE = compare_briefs(FIRST, SECOND, "en")
TITLE = "Two accounts side by side"


async def shown(bot: Bot, chat_id: int = READER, brief: Brief = FIRST) -> Stored:
    """Show a brief in a chat, as a message that replies are about."""
    await bot.store.keep(brief)
    async with telegram_at(bot.playground) as telegram:
        await Sender(telegram, bot.chats).send(Place(chat_id=chat_id), render(brief))
    message = bot.playground.bot_messages(chat_id)[-1]
    await bot.threads.note_shown(chat_id, message.id, brief.id)
    bot.newsroom.brief = SECOND
    return message


async def test_a_reply_to_a_brief_with_another_link_compares(bot: Bot) -> None:
    message = await shown(bot)
    async with bot.running():
        bot.playground.user_sends(READER, LINK, reply_to=message.id)
        [text] = await bot.answers(containing=TITLE)
        assert text == render_comparison(MADE).text
        compared = bot.playground.bot_messages(READER)[-1]
        await press(bot, compared, "📰 Northgate Herald")
        await bot.answers(containing=render(FIRST).text, count=2)
    assert bot.newsroom.compared == [(FIRST.id, SECOND.id)]
    assert [submission.url for submission in bot.newsroom.asked] == [LINK]
    assert await bot.threads.find_shown(READER, compared.id) == FIRST.id


async def test_a_reply_with_words_around_the_link_asks_for_its_brief(bot: Bot) -> None:
    message = await shown(bot)
    async with bot.running():
        bot.playground.user_sends(READER, f"and {LINK}?", reply_to=message.id)
        await bot.answers(containing=render(SECOND).text)
    assert bot.newsroom.compared == []


async def test_the_button_opens_a_reply_for_the_other_link(bot: Bot) -> None:
    message = await shown(bot)
    async with bot.running():
        assert (await press(bot, message, "Compare"))["text"] == ""
        await bot.answers(containing=HOW_TO_COMPARE)
        prompt = bot.playground.bot_messages(READER)[-1]
        bot.playground.user_sends(READER, LINK, reply_to=prompt.id)
        await bot.answers(containing=TITLE)
    assert bot.newsroom.compared == [(FIRST.id, SECOND.id)]


async def test_a_group_compares_by_a_reply_and_by_the_command_and_reads_how(bot: Bot) -> None:
    add_group(bot)
    message = await shown(bot, GROUP)
    async with bot.running():
        assert (await press(bot, message, "Compare", ANN))["text"] == HOW_TO_COMPARE
        bot.playground.user_sends(GROUP, LINK, user_id=ANN)
        bot.playground.user_sends(GROUP, "/compare@sayso_bot", user_id=ANN)
        await bot.answers(GROUP, containing=HOW_TO_COMPARE_TWO)
        bot.playground.user_sends(GROUP, LINK, user_id=ANN, reply_to=message.id)
        bot.playground.user_sends(GROUP, f"/compare@sayso_bot {LINK}", user_id=ANN, reply_to=message.id)
        await bot.answers(GROUP, containing=TITLE, count=2)
    assert bot.newsroom.compared == [(FIRST.id, SECOND.id)] * 2


@pytest.mark.parametrize("error", [SameArticle(), HostUnreachable("b.example", host="b.example")])
async def test_what_cannot_be_compared_is_said_in_one_sentence_and_costs_nothing(
    bot: Bot, error: SameArticle | HostUnreachable
) -> None:
    message = await shown(bot)
    bot.newsroom.error = error
    async with bot.running():
        bot.playground.user_sends(READER, LINK, reply_to=message.id)
        assert await bot.answers(containing=error.sentence) == [error.sentence]


async def test_the_pages_of_a_private_comparison_are_turned_in_its_chat_only(bot: Bot) -> None:
    private = long().model_copy(update={"scope": str(READER)})
    await bot.comparisons.keep(private)
    data = ComparisonPress(MADE.id, 1).data
    add_group(bot)
    messages = {}
    for chat_id in (READER, GROUP):
        async with telegram_at(bot.playground) as telegram:
            await Sender(telegram, bot.chats).send(Place(chat_id=chat_id), render_comparison(private))
        messages[chat_id] = bot.playground.bot_messages(chat_id)[-1]
    async with bot.running():
        answer = await bot.playground.user_presses(GROUP, messages[GROUP].id, data, user_id=ANN)
        assert answer["text"] == EXPIRED
        assert (await bot.playground.user_presses(READER, messages[READER].id, data))["text"] == ""
        bot.playground.user_sends(READER, "/forget")
        await bot.answers(containing="no private briefs")
    assert await bot.comparisons.find(MADE.id, READER) is None


def long() -> Comparison:
    return MADE.model_copy(update={"differing": MADE.differing * 30, "only_first": MADE.only_first * 20})


def test_every_page_of_a_long_comparison_is_a_message_and_all_is_on_one_of_them() -> None:
    first = render_comparison(long())
    texts = [render_comparison(long(), page).text for page in range(20)]
    assert all(len(text.encode("utf-16-le")) <= 2 * 4_096 for text in texts)
    shown = sum(text.count(MADE.differing[0].first.text) for text in dict.fromkeys(texts))
    assert shown == 30
    assert first.keyboard is not None
    assert [button.text for button in first.keyboard.inline_keyboard[1]] == ["›"]


def test_each_quotation_opens_its_own_outlets_page() -> None:
    reply = render_comparison(MADE)
    encoded = reply.text.encode("utf-16-le")
    linked = {
        encoded[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le"): e.url
        for e in reply.entities
        if e.url
    }
    for pair in MADE.shared:
        assert (linked[pair.first.text] or "").startswith("https://a.example/")
        assert (linked[pair.second.text] or "").startswith("https://b.example/")


def test_hostile_words_make_nothing_clickable() -> None:
    quotation = MADE.shared[0].first.model_copy(
        update={
            "text": "See evil.example or @evil_bot, /start",
            "translation": "See evil.example or @evil_bot",
        }
    )
    pair = MADE.shared[0].model_copy(update={"first": quotation})
    side = MADE.first.model_copy(update={"site": "@evil_bot", "title": "Go to evil.example", "url": None})
    heard = MADE.heard[0].model_copy(update={"first": "@evil_bot", "second": None})
    reply = render_comparison(
        MADE.model_copy(update={"shared": (pair,), "first": side, "heard": (heard,), "scope": PUBLIC})
    )
    marked = [(entity.offset, entity.offset + entity.length, entity.type) for entity in reply.entities]
    for words in ("@evil_bot", "evil.example", "/start"):
        at = reply.text.find(words)
        while at >= 0:
            place = len(reply.text[:at].encode("utf-16-le")) // 2
            assert any(
                start <= place < end and kind in {"code", "text_link"} for start, end, kind in marked
            ), at
            at = reply.text.find(words, at + 1)


@pytest.mark.parametrize(
    "data", [None, "", "k:1:2", "k:0123456789abcdef:100", "k:0123456789ABCDEF:1", "c:0:1"]
)
def test_foreign_callback_data_is_no_press(data: str | None) -> None:
    assert read_comparison_press(data) is None
