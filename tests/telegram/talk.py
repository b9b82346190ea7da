"""What a group of thirty says: two hundred messages, of which those marked `addressed` are for the bot."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.playground import PlaygroundServer

ARTICLE = "The council voted to close the bridge after the inspection report was published on Monday. " * 8
PHOTO = {"photo": [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]}
STICKER: dict[str, Any] = {
    "sticker": {
        "file_id": "s",
        "file_unique_id": "t",
        "type": "regular",
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
        "emoji": "😀",
    }
}

Said = dict[str, Any]
"""A message: `from` (a member's number), `id` (its name, if another refers to it), `reply_to` and `edits`
(such names, "brief" being the bot's brief), `addressed`, `asks` (a question about it), and for the rest
the fields of a message."""

TALK: list[Said] = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data/group-talk.jsonl").read_text("utf-8").splitlines()
]


def replay(
    telegram: PlaygroundServer,
    group: int,
    talk: Iterable[Said],
    *,
    members: list[int],
    link: str,
    brief: int | None = None,
    thread_id: int | None = None,
) -> list[int]:
    """Have the members say all this about `link`; return the numbers of the messages that are for the bot."""
    numbers: dict[str, int] = {"brief": brief} if brief else {}
    addressed = []
    for said in talk:
        fields = {name: _fill(value, link) for name, value in said.items() if name not in _ABOUT}
        if "document" in fields:
            name, kind = fields["document"]
            fields["document"] = (name, b"text", kind)
        if "edits" in said:
            message = telegram.user_edits(group, numbers[said["edits"]], fields["text"])
        else:
            message = telegram.user_sends(
                group,
                user_id=members[said["from"]],
                reply_to=numbers.get(said.get("reply_to", "")),
                thread_id=thread_id,
                **fields,
            )
        numbers[said.get("id", "")] = message["message_id"]
        if said.get("addressed"):
            addressed.append(int(message["message_id"]))
    return addressed


_ABOUT = {"from", "id", "reply_to", "edits", "addressed", "asks"}


def _fill(value: Any, link: str) -> Any:
    return value.replace("LINK", link) if isinstance(value, str) else value
