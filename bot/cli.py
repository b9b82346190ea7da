"""The command `sayso`. Exit status: 0 done, 1 could not be done (one sentence on stderr), 2 wrong usage."""

import argparse
import asyncio
import contextlib
import gc
import logging
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.status import Status

from bot.arguments import parse
from bot.article.models import Submission
from bot.briefing.models import Brief, Stage
from bot.briefing.report import answer_as_json, as_json
from bot.errors import FileEmpty, SaysoError, SettingsError
from bot.locales import N_, _, speak, spoken_language, terminal_language
from bot.logs import set_up_logging
from bot.settings import Settings, read_settings
from bot.terminal import print_answer, print_brief, print_comparison, print_hits, print_json
from storage.connection import Redis, join_redis

if TYPE_CHECKING:
    from bot.briefing.newsroom import Newsroom

log = logging.getLogger(__name__)

STAGE_WORDS = {
    Stage.READING: N_("Reading the article…"),
    Stage.DRAFTING: N_("Drafting the brief…"),
    Stage.CHECKING: N_("Checking every statement against the text…"),
}

LOOKING_FOR_CONTEXT = N_("Looking for context…")

SERVING_COMMANDS = ("run", "receive", "work")
"""These log what they do; the others print what they were asked for."""

TERMINAL_SCOPE = "terminal"
"""What is briefed from a file or from standard input belongs to no chat."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its status."""
    parsed = parse(arguments)
    if parsed.command in READERS_COMMANDS:
        speak(terminal_language())
    try:
        settings = read_settings()
        level = settings.sayso_log_level if parsed.command in SERVING_COMMANDS else "WARNING"
        set_up_logging(level, settings.sayso_log_format)
        with asyncio.Runner(loop_factory=find_loop(parsed.command)) as runner:
            status = runner.run(run_command(parsed, settings))
    except SaysoError as exc:
        status = fail(exc.sentence)
    except KeyboardInterrupt:
        status = 130
    except Exception as exc:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        status = fail(f"Something unexpected went wrong ({type(exc).__name__}). This is a bug in Sayso.")
    sys.exit(status)


def find_loop(command: str) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop of a command: uvloop where there is one, for those that serve."""
    if command not in SERVING_COMMANDS:
        return None
    with contextlib.suppress(ImportError):
        from uvloop import new_event_loop  # noqa: PLC0415 not everywhere

        return new_event_loop
    return None


async def run_command(parsed: argparse.Namespace, settings: Settings) -> int:
    """Run one parsed command; returns its exit status, raises SaysoError."""
    # Imported late: no command should wait a second for the libraries of another.
    if (run := READERS_COMMANDS.get(parsed.command)) is not None:
        return await run(parsed, settings)
    match parsed.command:
        case "check":
            from bot.checkup import check  # noqa: PLC0415 as said

            return await check(settings, Console())
        case "inbox":
            from bot.dead_letters import look_into_inbox  # noqa: PLC0415 as said

            return await look_into_inbox(parsed, settings)
        case "eval":
            from bot.choosing import choose  # noqa: PLC0415 as said

            return await choose(parsed, settings)
        case _:
            from bot.app import Role, serve  # noqa: PLC0415 as said

            spare_what_stays()
            return await serve(settings, Role.of(parsed.command))


def spare_what_stays() -> None:
    """Keep garbage collections from going through what is loaded by now, which takes 0.1 s each time.

    For who serves: everybody's answers would wait.
    """
    gc.collect()
    gc.freeze()


async def brief_source(parsed: argparse.Namespace, settings: Settings) -> int:
    """Brief one link, file or standard input, and print the result."""
    async with contextlib.AsyncExitStack() as stack:
        brief, _ = await open_brief(parsed, settings, stack)
    if parsed.json:
        print_json(as_json(brief, with_text=parsed.with_text))
    else:
        print_brief(brief, Console())
    return 0


async def ask_source(parsed: argparse.Namespace, settings: Settings) -> int:
    """Answer a question about one link, file or standard input, and print the answer."""
    from bot.briefing.inquiries import Inquiry  # noqa: PLC0415 as above

    async with contextlib.AsyncExitStack() as stack:
        brief, newsroom = await open_brief(parsed, settings, stack)
        inquiry = Inquiry(article=brief.article, question=parsed.question, language=brief.language)
        answer = await newsroom.answer_question(inquiry)
    if parsed.json:
        print_json(answer_as_json(answer, inquiry.question, brief.article))
    else:
        print_answer(answer, brief.article, Console())
    return 0


async def compare_sources(parsed: argparse.Namespace, settings: Settings) -> int:
    """Brief two links or files, and print what both articles carry and what only one does."""
    from bot.comparing.report import comparison_as_json  # noqa: PLC0415 as above

    sources = read_source(parsed.first), read_source(parsed.second)
    async with contextlib.AsyncExitStack() as stack:
        newsroom, status = await enter_newsroom(parsed, settings, stack)
        show = partial(show_stage, status)
        first, second = await asyncio.gather(
            *(newsroom.make_brief(one, language=parsed.language, progress=show) for one in sources)
        )
        comparison = await newsroom.compare(first, second, language=parsed.language or first.language)
    if parsed.json:
        print_json(comparison_as_json(comparison))
    else:
        print_comparison(comparison, Console())
    return 0


async def search_archive(parsed: argparse.Namespace, settings: Settings) -> int:
    """Print the public articles that some words are about; raises SettingsError without a store to search."""
    from storage.archive import Archive  # noqa: PLC0415 as above

    if not settings.sayso_archive_articles:
        raise SettingsError(
            "no archive", problem="Nothing is kept to be searched: SAYSO_ARCHIVE_ARTICLES is 0."
        )
    query = " ".join(parsed.words)
    url = settings.redis_url.get_secret_value() if settings.redis_url else None
    async with join_redis(url, settings.sayso_data) as redis:
        hits = await Archive(redis, articles=settings.sayso_archive_articles).search(query)
    if parsed.json:
        print_json({"query": query, "hits": [hit.model_dump() for hit in hits]})
    else:
        print_hits(hits, Console())
    return 0


async def open_brief(
    parsed: argparse.Namespace, settings: Settings, stack: contextlib.AsyncExitStack
) -> "tuple[Brief, Newsroom]":
    """Brief what the command names, with the stage shown meanwhile; return the newsroom for more."""
    submission = read_source(parsed.source)
    newsroom, status = await enter_newsroom(parsed, settings, stack)
    show = partial(show_stage, status)
    brief = await newsroom.make_brief(submission, language=parsed.language, progress=show)
    if parsed.command == "brief" and not parsed.no_context and newsroom.add_context is not None:
        status.update(_(LOOKING_FOR_CONTEXT))
        brief = await newsroom.add_context(brief, reader_language=spoken_language())
    return brief, newsroom


async def enter_newsroom(
    parsed: argparse.Namespace, settings: Settings, stack: contextlib.AsyncExitStack
) -> "tuple[Newsroom, Status]":
    """Open the newsroom as the options say, and the line that shows how far its work is."""
    from bot.opening import open_newsroom  # noqa: PLC0415 as above

    redis = None if parsed.no_cache else await open_cache(settings, stack)
    newsroom = await stack.enter_async_context(open_newsroom(settings, redis, engine=parsed.engine))
    return newsroom, stack.enter_context(Console(stderr=True).status("Starting…"))


async def show_stage(status: Status, stage: Stage) -> None:
    """Show how far a brief is."""
    status.update(_(STAGE_WORDS[stage]))


async def open_cache(settings: Settings, stack: contextlib.AsyncExitStack) -> Redis | None:
    """Open the cache; when it cannot be had, say so once and go on without."""
    url = settings.redis_url.get_secret_value() if settings.redis_url else None
    try:
        return await stack.enter_async_context(join_redis(url, settings.sayso_data))
    except SettingsError as exc:
        log.warning("no cache: %s", exc.sentence)
        return None


def read_source(source: str) -> Submission:
    """Turn the command's argument into a Submission; raises InputError or SettingsError."""
    if re.match(r"https?://", source, re.IGNORECASE):
        return Submission(kind="link", url=source)
    if source == "-":
        return Submission(kind="text", text=sys.stdin.read(), scope=TERMINAL_SCOPE)
    path = Path(source)
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise SourceUnreadable(
            type(exc).__name__, source=source, problem=exc.strerror or "cannot be read"
        ) from exc
    if not data:
        raise FileEmpty
    return Submission(kind="file", data=data, file_name=path.name, scope=TERMINAL_SCOPE)


class SourceUnreadable(SaysoError):
    """The file named on the command line cannot be read."""

    template = N_("{source}: {problem}. Give a link that begins with http, a file, or - for standard input.")


def fail(sentence: str) -> int:
    """Print one sentence on stderr and return the exit status of failure."""
    sys.stderr.write(f"sayso: {sentence}\n")
    return 1


READERS_COMMANDS: Final = {
    "brief": brief_source,
    "ask": ask_source,
    "compare": compare_sources,
    "search": search_archive,
}
"""These speak the terminal's language; what the operator is told is English."""
