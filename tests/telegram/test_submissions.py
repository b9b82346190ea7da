from typing import Any

import pytest
from telegram import Message

from bot.article.models import Origin, Submission
from bot.errors import FileTooLarge, FileUnsupported, NothingToBrief
from bot.telegram.submissions import find_submissions

CHAT = 77
A, B = "https://news.example/a", "https://other.example/b?x=1"
LONG = "The council voted to close the bridge after the inspection report was published on Monday. " * 7


def message(text: str | None = None, entities: list[dict[str, Any]] | None = None, **fields: Any) -> Message:
    raw = {"message_id": 1, "date": 1, "chat": {"id": CHAT, "type": "private"}, "text": text}
    parsed = Message.de_json({**raw, "entities": entities or [], **fields})
    assert parsed is not None
    return parsed


def entity(kind: str, offset: int, length: int, **fields: str) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **fields}


def links(*urls: str) -> list[Submission]:
    return [Submission(kind="link", url=url) for url in urls]


def text(said: str) -> list[Submission]:
    return [Submission(kind="text", text=said, scope=str(CHAT))]


def forward(said: str, name: str, url: str | None = None) -> list[Submission]:
    origin = Origin(name=name, url=url, posted="2026-11-20")
    return [Submission(kind="forward", text=said, origin=origin, scope=str(CHAT))]


POSTED = 1_795_176_000
CHANNEL = {
    "type": "channel",
    "date": POSTED,
    "message_id": 9,
    "chat": {"id": -1009, "type": "channel", "title": "City News", "username": "citynews"},
}
CLOSED_CHANNEL = {**CHANNEL, "chat": {"id": -1009, "type": "channel", "title": "City News"}}
USER = {
    "type": "user",
    "date": POSTED,
    "sender_user": {"id": 5, "is_bot": False, "first_name": "Ann", "last_name": "Lee"},
}
HIDDEN = {"type": "hidden_user", "date": POSTED, "sender_user_name": "Someone"}
GROUP = {
    "type": "chat",
    "date": POSTED,
    "sender_chat": {"id": -5, "type": "supergroup", "title": "Our street"},
}

NAMED = "I read it on news.example the other day, what a strange story it was"
PICTURE = {"file_id": "f", "file_unique_id": "u", "file_name": "a.png"}

FOUND = [
    ("a link", message(A), links(A)),
    ("a link in a sentence", message(f"What do you make of {A} then?"), links(A)),
    ("links in order, each page once", message(f"{B} {A} {B} {A}#top"), links(B, A)),
    ("a hidden link", message("Read this", [entity("text_link", 5, 4, url=A)]), links(A)),
    (
        "links before and after an emoji",
        message(f"👍 {A} this", [entity("url", 3, len(A)), entity("text_link", 4 + len(A), 4, url=B)]),
        links(A, B),
    ),
    ("a bare address", message("news.example/a", [entity("url", 0, 14)]), links("https://news.example/a")),
    (
        "a caption's link",
        message(caption=f"Look: {A}", caption_entities=[entity("url", 6, len(A))], photo=[]),
        links(A),
    ),
    ("a command's link", message(f"/brief {A}", [entity("bot_command", 0, 6)]), links(A)),
    ("a command's text", message(f"/brief\n{LONG}", [entity("bot_command", 0, 6)]), text(LONG.strip())),
    ("a pasted text", message(LONG), text(LONG.strip())),
    ("a pasted text with a link in it", message(f"{LONG} {A}"), text(f"{LONG} {A}".strip())),
    ("a short text, for the reader to judge", message("The mayor said on Monday that the bridge will close."),
     text("The mayor said on Monday that the bridge will close.")),
    ("a text without spaces", message("市议会" * 30), text("市议会" * 30)),
    ("a domain named in a text", message(NAMED, [entity("url", 13, 12)]), text(NAMED)),
    ("a public channel's post", message(LONG, forward_origin=CHANNEL),
     forward(LONG.strip(), "City News", "https://t.me/citynews/9")),
    ("a closed channel's post", message(LONG, forward_origin=CLOSED_CHANNEL),
     forward(LONG.strip(), "City News")),
    ("a post with a link", message(f"{LONG} {A}", forward_origin=CHANNEL),
     forward(f"{LONG} {A}".strip(), "City News", "https://t.me/citynews/9")),
    ("a teaser with a link", message(f"Bridge to close {A}", forward_origin=CHANNEL), links(A)),
    ("a person's message", message(LONG, forward_origin=USER), forward(LONG.strip(), "Ann Lee")),
    ("a hidden person's message", message(LONG, forward_origin=HIDDEN), forward(LONG.strip(), "Someone")),
    ("a group's message", message(LONG, forward_origin=GROUP), forward(LONG.strip(), "Our street")),
    ("a file that is not read, with a link", message(caption=A, document=PICTURE), links(A)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
async def test_what_a_message_asks_for(said: Message, expected: list[Submission]) -> None:
    assert await find_submissions(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        message("hello"),
        message(""),
        message(voice={"file_id": "v", "file_unique_id": "w", "duration": 3}),
        message("/brief", [entity("bot_command", 0, 6)]),
        message("tg", [entity("text_link", 0, 2, url="tg://user?id=5")]),
    ],
)
async def test_nothing_to_brief(said: Message) -> None:
    with pytest.raises(NothingToBrief):
        await find_submissions(said)


@pytest.mark.parametrize(
    ("name", "mime", "size", "error"),
    [
        ("report.doc", "application/msword", 10, FileUnsupported),
        ("archive.txt.zip", "text/plain", 10, FileUnsupported),
        (None, "image/gif", 10, FileUnsupported),
        ("page.png", "image/png", 20_000_001, FileTooLarge),
        ("article.html", "text/html", 20_000_001, FileTooLarge),
    ],
)
async def test_files_are_judged_before_they_are_downloaded(
    name: str | None, mime: str, size: int, error: type[Exception]
) -> None:
    document = {
        "file_id": "f",
        "file_unique_id": "u",
        "file_name": name,
        "mime_type": mime,
        "file_size": size,
    }
    with pytest.raises(error):
        await find_submissions(message(document=document))
