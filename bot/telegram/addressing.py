"""Who is spoken to: whether a message is for us, and what it asks. In groups most messages are not."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from telegram import Message, MessageEntity
from telegram.ext.filters import MessageFilter

from bot.telegram.albums import pictures_of
from bot.telegram.submissions import TEXT_WORDS, is_readable, said

_QUESTION_MARKS = frozenset("?？؟⁇❓❔")


class Ask(StrEnum):
    """What a message asks of us."""

    NOTHING = "nothing"
    COMMAND = "command"
    """A command of ours, or one that names no bot."""
    BRIEF = "brief"
    """To brief what the message itself holds."""
    REPLIED = "replied"
    """To brief what the message holds that it replies to."""
    QUESTION = "question"
    """An answer about what we wrote in the message that it replies to."""
    LINK = "link"
    """Nothing, yet it holds a link: to be briefed where the chat wants that of every link."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot."""

    id: int
    username: str


def address(message: Message, me: Me) -> Ask:
    """Return what a message asks of us; in a private chat everything is for us."""
    if command := _command(message):
        return _ask_of_command(message, *command, me)
    if message.chat.type == message.chat.PRIVATE:
        return _ask_in_reply(message) if _replies_to(message, me) else Ask.BRIEF
    if _is_a_bots(message):
        return Ask.NOTHING
    named = set(_mentioned(message, me))
    if message.forward_origin is None and (ask := _ask_in_group(message, me, named)) is not Ask.NOTHING:
        return ask
    is_for_another_bot = any(isinstance(name, str) and name.endswith("bot") for name in named)
    return Ask.LINK if said(message)[1] and not is_for_another_bot else Ask.NOTHING


def _ask_in_group(message: Message, me: Me, named: set[Me | str]) -> Ask:
    """Return what is asked of us by name, or in a reply to us that is spoken to nobody else."""
    if me in named:
        if pictures_of(message) and not _replies_to(message, me):
            return Ask.BRIEF
        if _replies_to(message, me) or holds_article(message):
            return _ask_in_reply(message)
        replied = replied_message(message)
        return Ask.REPLIED if replied is not None and _holds_anything(replied) else Ask.NOTHING
    if not _replies_to(message, me) or _begins_with_mention(message):
        return Ask.NOTHING
    return _ask_in_reply(message) if _says_something(message) or holds_article(message) else Ask.NOTHING


def _ask_in_reply(message: Message) -> Ask:
    return Ask.BRIEF if holds_article(message) or not _says_something(message) else Ask.QUESTION


def replied_message(message: Message) -> Message | None:
    """Return the message replied to; in a topic Telegram names its beginning where there is none."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


class Asks(MessageFilter):
    """Lets messages through that ask one of these things."""

    __slots__ = ("_kinds",)

    def __init__(self, *kinds: Ask) -> None:
        super().__init__()
        self._kinds = kinds

    def filter(self, message: Message) -> bool:
        """Whether the message asks one of them."""
        return address(message, me_of(message)) in self._kinds


def me_of(message: Message) -> Me:
    """Return the bot that received a message."""
    bot = message.get_bot()
    return Me(bot.id, bot.username)


def _command(message: Message) -> tuple[str, str] | None:
    """Return the name and the addressed bot of the command that a text or caption begins with."""
    entities = message.entities or message.caption_entities
    if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset:
        return None
    # A command is ASCII, so that its UTF-16 units are its characters.
    name, _, bot = (message.text or message.caption or "")[1 : entities[0].length].partition("@")
    return name.lower(), bot


def _ask_of_command(message: Message, name: str, bot: str, me: Me) -> Ask:
    if message.chat.type != message.chat.PRIVATE and (
        _is_a_bots(message) or message.forward_origin is not None
    ):
        return Ask.NOTHING
    if bot and bot.lower() != me.username.lower():
        return Ask.NOTHING
    if message.text is None:
        return Ask.BRIEF if name == "brief" or message.chat.type == message.chat.PRIVATE else Ask.NOTHING
    return Ask.COMMAND


def _is_a_bots(message: Message) -> bool:
    """Whether a bot wrote this; people write as "bots" when they speak for their group or a channel."""
    by_bot = message.from_user is not None and message.from_user.is_bot and message.sender_chat is None
    return by_bot or message.via_bot is not None


def _replies_to(message: Message, me: Me) -> bool:
    replied = replied_message(message)
    return replied is not None and replied.from_user is not None and replied.from_user.id == me.id


def _mentioned(message: Message, me: Me) -> Iterator[Me | str]:
    """Yield the names that a message mentions, our own as ourselves."""
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    marked = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    for entity, shown in marked.items():
        name = shown.removeprefix("@").lower()
        is_us = entity.user.id == me.id if entity.user else name == me.username.lower()
        yield me if is_us else name


def _begins_with_mention(message: Message) -> bool:
    """Whether a message is spoken to somebody by name."""
    entities = message.entities or message.caption_entities
    kinds = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
    return bool(entities) and entities[0].type in kinds and entities[0].offset == 0


def holds_article(message: Message) -> bool:
    """Whether a message itself holds what can be briefed: a link, a file, or a text of some length."""
    is_file = message.document is not None and is_readable(message.document)
    text, links = said(message)
    return is_file or bool(links) or len(text.split()) >= TEXT_WORDS


def _holds_anything(message: Message) -> bool:
    return bool(message.text or message.caption or message.document or message.photo)


def _says_something(message: Message) -> bool:
    """Whether there are words, or a question mark to a passage selected; a thumb up is no question."""
    text = message.text or message.caption or ""
    return any(character.isalnum() for character in text) or (
        message.quote is not None and not _QUESTION_MARKS.isdisjoint(text)
    )
