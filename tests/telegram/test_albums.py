"""Which pictures a message asks about: its own, those of its album, none where its words are the article."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, Document, Message, PhotoSize, Update

from bot.article.models import Submission
from bot.errors import FileTooLarge
from bot.playground import PlaygroundServer
from bot.telegram.albums import album_of, join_album, pictures_of
from bot.telegram.pieces import Pieces
from bot.telegram.request import AiohttpRequest
from bot.telegram.submissions import find_submissions
from tests.telegram.conftest import READER

LINK = "https://news.example/a"


@pytest.fixture
async def telegram(playground: PlaygroundServer) -> AsyncIterator[Bot]:
    async with Bot(
        playground.bot_token,
        base_url=f"{playground.url}/bot",
        base_file_url=f"{playground.url}/file/bot",
        request=AiohttpRequest(),
    ) as bot:
        yield bot


def read(raw: dict[str, Any], bot: Bot) -> Message:
    update = Update.de_json({"update_id": 1, "message": raw}, bot)
    assert update is not None
    assert update.message is not None
    return update.message


def in_update(raw: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": raw["message_id"], "message": raw}


async def test_a_photo_and_an_image_file_are_pictures(playground: PlaygroundServer, telegram: Bot) -> None:
    photo = playground.user_sends(READER, picture=b"one")
    file = playground.user_sends(READER, document=("page.png", b"two", "image/png"))
    assert await find_submissions(read(photo, telegram)) == [
        Submission(kind="image", images=(b"one",), scope=str(READER))
    ]
    assert await find_submissions(read(file, telegram)) == [
        Submission(kind="image", images=(b"two",), scope=str(READER))
    ]


@pytest.mark.parametrize(
    ("caption", "kind"),
    [
        ("is this true?", "image"),
        ("My neighbour sent this to me this morning and I wonder what to make of it", "image"),
        (f"see {LINK}", "link"),
        ("The quay is closed because two of its piles have moved. " * 5, "text"),
    ],
)
async def test_a_caption_comes_first_where_it_is_the_article_or_leads_to_it(
    caption: str, kind: str, playground: PlaygroundServer, telegram: Bot
) -> None:
    sent = playground.user_sends(READER, picture=b"one", caption=caption)
    (submission,) = await find_submissions(read(sent, telegram))
    assert submission.kind == kind


async def test_an_album_is_one_message_in_its_own_order(playground: PlaygroundServer, telegram: Bot) -> None:
    sent = [
        playground.user_sends(READER, picture=b"one", media_group_id="9"),
        playground.user_sends(READER, picture=b"two", media_group_id="9", caption="what is this"),
        playground.user_sends(READER, document=("c.webp", b"three", "image/webp"), media_group_id="9"),
    ]
    whole = join_album([in_update(sent[1]), in_update(sent[2]), in_update(sent[0])])
    message = read(whole["message"], telegram)
    assert [type(picture) for picture in pictures_of(message)] == [PhotoSize, PhotoSize, Document]
    assert (message.message_id, message.caption) == (sent[0]["message_id"], "what is this")
    (submission,) = await find_submissions(message)
    assert submission.images == (b"one", b"two", b"three")


async def test_pictures_that_are_too_large_are_not_downloaded(
    playground: PlaygroundServer, telegram: Bot
) -> None:
    sent = playground.user_sends(READER, picture=b"one")
    sent["photo"][0]["file_size"] = 20_000_001
    with pytest.raises(FileTooLarge):
        await find_submissions(read(sent, telegram))


def test_only_pictures_of_an_album_are_gathered() -> None:
    chat = {"id": 7, "type": "private"}
    photo = {"message_id": 1, "chat": chat, "media_group_id": "9", "photo": [{"file_id": "p"}]}
    pdf = photo | {"photo": [], "document": {"mime_type": "application/pdf"}}
    other = photo | {"media_group_id": "10"}
    assert album_of(in_update(photo)) == "9"
    assert album_of(in_update(pdf)) is None
    assert album_of({"update_id": 1, "edited_message": photo}) is None
    pieces = Pieces()
    gathering = pieces.begin(in_update(photo))
    assert gathering is not None
    assert pieces.join(in_update(photo | {"message_id": 2})) is gathering
    assert pieces.join(in_update(other)) is None
    assert pieces.join({"update_id": 5, "message": {"message_id": 5, "chat": chat, "text": "hello"}}) is None
    pieces.end(gathering)
    assert pieces.join(in_update(photo | {"message_id": 3})) is None


async def test_a_gathering_of_an_album_ends_when_no_more_comes() -> None:
    chat = {"id": 7, "type": "private"}
    photo = {"message_id": 1, "chat": chat, "media_group_id": "9", "photo": [{"file_id": "p"}]}
    gathering = Pieces(album_wait_s=0.05).begin(in_update(photo))
    assert gathering is not None
    gathering.add(in_update(photo | {"message_id": 2, "caption": "both"}))
    whole = await gathering.complete()
    assert whole["message"]["caption"] == "both"
    assert len(whole["message"]["sayso_album"]) == 1
