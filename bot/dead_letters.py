"""`sayso inbox`: what waits for an answer, what was given up, and trying that again or dropping it."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from bot.errors import SettingsError
from bot.settings import Settings
from bot.terminal import print_json
from storage.connection import join_redis
from storage.dead_letters import DeadLetter, DeadLetters
from storage.inbox import Inbox
from storage.updates import Backlog

ALL = "all"


async def look_into_inbox(parsed: argparse.Namespace, settings: Settings) -> int:
    """List, replay or drop, and print what was done; raises SettingsError for letters that are not there."""
    url = settings.redis_url.get_secret_value() if settings.redis_url else None
    async with join_redis(url, settings.sayso_data) as redis:
        letters = await DeadLetters(redis).read()
        if parsed.action == "list":
            async with Inbox(redis) as inbox:
                backlog = await inbox.measure()
            _list(letters, backlog, as_json=parsed.json)
            return 0
        settled = await DeadLetters(redis).settle(parsed.action, _choose(letters, parsed.updates))
    if parsed.json:
        print_json({"action": parsed.action, "updates": settled})
    else:
        done = "back in the inbox" if parsed.action == "replay" else "dropped"
        Console().print(f"{len(settled)} {done}.")
    return 0


def _choose(letters: Sequence[DeadLetter], wanted: Sequence[str]) -> list[DeadLetter]:
    """Return the letters of the updates that the command names; raises SettingsError for one that is none."""
    if not wanted:
        raise SettingsError("no updates", problem="Name updates by their numbers, or say all.")
    if wanted == [ALL]:
        return list(letters)
    known = {str(letter.update_id): letter for letter in letters}
    if unknown := [number for number in wanted if number not in known]:
        problem = f"No dead letter is update {', '.join(unknown)}. `sayso inbox` lists them."
        raise SettingsError("unknown update", problem=problem)
    return [known[number] for number in wanted]


def _list(letters: Sequence[DeadLetter], backlog: Backlog, *, as_json: bool) -> None:
    if as_json:
        shown = [asdict(letter) | {"given_up": letter.given_up.isoformat()} for letter in letters]
        waiting = {"entries": backlog.entries, "oldest_s": backlog.oldest_s}
        print_json({"waiting": waiting, "dead_letters": shown})
        return
    console = Console()
    oldest = f", the oldest for {backlog.oldest_s:.0f} s" if backlog.entries else ""
    wait = "update waits" if backlog.entries == 1 else "updates wait"
    was = "was" if len(letters) == 1 else "were"
    console.print(f"{backlog.entries} {wait} for an answer{oldest}; {len(letters)} {was} given up.")
    if letters:
        table = Table("update", "kind", "chat", "given up (UTC)", "tries", "last error")
        for letter in letters:
            when = letter.given_up.strftime("%Y-%m-%d %H:%M:%S")
            cells = (letter.update_id, letter.kind, letter.lane, when, letter.tries, letter.reason)
            table.add_row(*map(str, cells))
        console.print(table)
