"""/settings: what a chat chooses, by buttons, and what it changes."""

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from bot.locales import NAMES, speaking
from bot.playground.faults import Fault
from bot.playground.state import Stored
from bot.telegram.audience import take_up
from bot.telegram.preferences import DIGEST_MENU, Choice, Menu, read_choice, show_settings
from bot.telegram.replies import Reply, render
from storage import keys
from storage.chats import ChatStore, Preferences
from tests.telegram.briefs import brief, full_brief
from tests.telegram.conftest import READER, Bot

LINK = "https://news.example/a"
TITLE = full_brief().headline
GROUP, MEMBER, ADMIN = -100_500, 21, 22


def choices(reply: Reply) -> dict[str, str]:
    assert reply.keyboard is not None
    return {b.text: str(b.callback_data) for row in reply.keyboard.inline_keyboard for b in row}


@pytest.mark.parametrize("menu", list(Menu))
@pytest.mark.parametrize("is_group", [False, True])
def test_every_button_is_understood_and_fits(menu: Menu, is_group: bool) -> None:
    for data in choices(show_settings(Preferences(), menu, is_group=is_group)).values():
        assert len(data.encode()) <= 64
        if data == DIGEST_MENU:
            continue
        choice = read_choice(data)
        assert choice is not None
        Preferences.model_validate(Preferences().model_dump() | choice.changes)


@pytest.mark.parametrize(
    "data",
    [None, "", "s:", "s:menu:other", "s:speech:xx", "s:length:long", "s:nothing:on", "s:links:on:"],
)
def test_what_is_no_button_of_the_menu_is_nothing(data: str | None) -> None:
    assert read_choice(data) is None


def test_a_button_says_what_to_change_and_which_menu_follows() -> None:
    assert read_choice("s:speech:auto") == Choice(Menu.MAIN, "interface_language", None)
    assert read_choice("s:links:on") == Choice(Menu.MAIN, "every_link", True)
    assert read_choice("s:menu:briefs") == Choice(Menu.BRIEFS)


def test_the_menu_says_what_is_chosen_and_buttons_offer_the_other() -> None:
    fresh = show_settings(Preferences())
    assert fresh.text.splitlines() == [
        "⚙️ Settings",
        "My language: as in your app",
        "Language of briefs: the article's",
        "Length: normal",
    ]
    assert list(choices(fresh)) == ["My language", "Language of briefs", "Short briefs", "☕ Digest"]
    chosen = Preferences(interface_language="de", brief_language="fr", brief_length="short", every_link=True)
    changed = show_settings(chosen, is_group=True)
    assert changed.text.splitlines()[1:] == [
        "My language: Deutsch",
        "Language of briefs: Français",
        "Length: short",
        "Links here: I brief every link",
    ]
    assert list(choices(changed))[2:] == ["Normal length", "Only when asked", "☕ Digest"]


def test_the_chosen_language_is_ticked() -> None:
    shown = choices(show_settings(Preferences(interface_language="uk"), Menu.SPEECH))
    assert [label for label in shown if label.startswith("✓")] == ["✓ Українська"]
    assert len(shown) == len(NAMES) + 2
    shown = choices(show_settings(Preferences(), Menu.BRIEFS))
    assert [label for label in shown if label.startswith("✓")] == ["✓ the article's"]


@pytest.mark.parametrize(("length", "shown"), [("normal", 5), ("short", 3)])
async def test_a_short_brief_has_three_statements_and_its_footer_counts_them(length: str, shown: int) -> None:
    five = brief(statements=tuple(f"The council decided on point {n}." for n in range(5)))
    take_up(Preferences.model_validate({"brief_length": length}), "en")
    text = render(five).text
    assert text.count("•") == shown
    assert f"{shown} of {shown} statements traced to the text" in text


async def said(bot: Bot, chat_id: int, *, containing: str) -> Stored:
    """Wait for a message of the bot's that holds some words now."""

    def find() -> Stored | None:
        found = [m for m in bot.playground.bot_messages(chat_id) if containing in m.text]
        return found[-1] if found else None

    message = await bot.playground.wait_for(find)
    assert message is not None
    return message


async def press(bot: Bot, message: Stored, label: str, *, user_id: int | None = None) -> dict[str, object]:
    [data] = [b["callback_data"] for b in message.buttons if label in b["text"]]
    chat_id = message.message["chat"]["id"]
    return await bot.playground.user_presses(chat_id, message.id, data, user_id=user_id)


async def test_a_chosen_language_is_spoken_at_once_and_after_a_restart(bot: Bot) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, "/settings")
        menu = await said(bot, READER, containing="⚙️ Settings")
        await press(bot, menu, "My language")
        await press(bot, await said(bot, READER, containing="Which language shall I"), "Deutsch")
        menu = await said(bot, READER, containing="⚙️ Einstellungen")
        assert "Meine Sprache: Deutsch" in menu.text
    async with bot.running():
        await press(bot, menu, "Kürzer bitte")
        await said(bot, READER, containing="Länge: kurz")
        bot.playground.user_sends(READER, LINK)
        shown = await said(bot, READER, containing=TITLE)
        assert "Im Artikel nicht belegt (2)" in shown.text
        assert await bot.drafts() == ["Ich lese …"]
        await press(bot, shown, "Zur Kurzfassung")
        await said(bot, READER, containing="Über diese Kurzfassung")
    assert len([m for m in bot.playground.bot_messages(READER) if "Einstellungen" in m.text]) == 1


async def test_the_language_of_the_app_is_spoken_until_one_is_chosen(bot: Bot) -> None:
    bot.playground.add_user(READER, "Reader", language="uk")
    async with bot.running():
        bot.playground.user_sends(READER, "/help")
        await said(bot, READER, containing="Надішліть щось із цього:")
        bot.playground.add_user(READER, "Reader", language="pt-br")
        bot.playground.user_sends(READER, "/help")
        await said(bot, READER, containing="Send me one of these:")


@pytest.mark.parametrize(
    ("button", "asked"), [("the article's", None), ("speak here", "en"), ("Русск", "ru")]
)
async def test_briefs_are_asked_for_in_the_language_chosen_for_them(
    bot: Bot, button: str, asked: str | None
) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, "/settings")
        menu = await said(bot, READER, containing="⚙️ Settings")
        await press(bot, menu, "Language of briefs")
        await press(bot, await said(bot, READER, containing="shall briefs be in"), button)
        await said(bot, READER, containing="⚙️ Settings")
        bot.playground.user_sends(READER, LINK)
        await said(bot, READER, containing=TITLE)
    assert bot.newsroom.languages == [asked]


@pytest.fixture
def group(bot: Bot) -> int:
    bot.playground.add_user(MEMBER, "Member", language="fr")
    bot.playground.add_user(ADMIN, "Admin", language="de")
    bot.playground.add_group(GROUP, "Readers", members=(MEMBER,), admins=(ADMIN,))
    return GROUP


async def test_in_a_group_only_admins_see_and_change_the_settings(bot: Bot, group: int) -> None:
    async with bot.running():
        bot.playground.user_sends(group, "/settings", user_id=MEMBER)
        await said(bot, group, containing="Seuls les admins de ce groupe")
        bot.playground.user_sends(group, "/settings", user_id=ADMIN)
        menu = await said(bot, group, containing="⚙️ Einstellungen")
        refused = await press(bot, menu, "Jeden Link", user_id=MEMBER)
        assert refused["text"] == "Seuls les admins de ce groupe peuvent changer ses réglages."
        assert refused["show_alert"] is True
        assert await bot.chats.preferences(group) == Preferences()
        await press(bot, menu, "Jeden Link", user_id=ADMIN)
        blind = await said(bot, group, containing="Links hier: ich fasse jeden zusammen")
        assert blind.text.endswith("mach mich zum Admin dieser Gruppe.")
        bot.playground.add_group(
            group, "Readers", members=(MEMBER,), admins=(ADMIN, int(bot.playground.state.bot["id"]))
        )
        bot.playground.user_sends(group, "/settings", user_id=ADMIN)
        _, seeing = await bot.answers(group, 2, containing="⚙️ Einstellungen")
        assert seeing.endswith("Links hier: ich fasse jeden zusammen")
    assert (await bot.chats.preferences(group)).every_link is True


async def test_a_groups_language_holds_for_all_else_each_hears_their_own(bot: Bot, group: int) -> None:
    await bot.chats.choose(MEMBER, interface_language="es")
    async with bot.running():
        bot.playground.user_sends(group, "/help", user_id=MEMBER)
        await said(bot, group, containing="Envíame una de estas cosas:")
        bot.playground.user_sends(group, "/help", user_id=ADMIN)
        await said(bot, group, containing="Schick mir eines davon:")
        await bot.chats.choose(group, interface_language="uk")
        bot.playground.user_sends(group, "/help", user_id=MEMBER)
        await said(bot, group, containing="Надішліть щось із цього:")


async def test_who_cannot_be_looked_up_is_no_admin(bot: Bot, group: int) -> None:
    bot.playground.faults.add(
        Fault(method="getChatMember", effect="error", status=400, description="Bad Request: x")
    )
    async with bot.running():
        bot.playground.user_sends(group, "/settings", user_id=ADMIN)
        await said(bot, group, containing="Nur die Admins dieser Gruppe")


async def test_without_a_store_english_or_the_apps_language_is_spoken_and_nothing_is_chosen(
    bot: Bot, redis_away: Redis
) -> None:
    bot.chats = ChatStore(redis_away)
    bot.playground.add_user(READER, "Reader", language="ru")
    async with bot.running():
        bot.playground.user_sends(READER, "/settings")
        menu = await said(bot, READER, containing="⚙️ Настройки")
        answer = await press(bot, menu, "Покороче")
        with speaking("ru"):
            assert answer["text"] == StoreUnavailable().sentence


async def test_what_a_later_version_stored_is_no_obstacle(bot: Bot, redis: Redis) -> None:
    await redis.hset(keys.chat(READER, "preferences"), mapping={"interface_language": '"xx"', "mood": "1"})
    async with bot.running():
        bot.playground.user_sends(READER, "/settings")
        await said(bot, READER, containing="My language: as in your app")
