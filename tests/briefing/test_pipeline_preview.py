"""What a reader sees of a brief before it is finished: checked like the brief itself."""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from bot.article.fetch import Fetcher
from bot.article.models import Submission
from bot.article.reader import Reader
from bot.article.workers import Workers
from bot.briefing.engines.offline import OfflineEngine
from bot.briefing.models import Checked
from bot.briefing.pipeline import make_brief
from bot.briefing.shelf import Shelf
from storage.flights import Flights
from tests.briefing.drafting import open_engine
from tests.servers.model import Exchange, ModelServer, draft_of, envelope, split_completion, stream

TEXT = (Path(__file__).parents[1] / "data/tass-2022-03-05.txt").read_text("utf-8")
INVENTED = "The talks in Geneva ended with 31 signatures."


async def test_what_is_shown_early_is_checked_and_goes_into_the_brief() -> None:
    shown: list[Checked] = []
    has_shown = asyncio.Event()

    async def slowly(exchange: Exchange) -> web.StreamResponse:
        """Write a draft whose second statement is invented, and the end when some of it was shown."""
        draft = draft_of(exchange.recorded)
        draft["statements"][1]["text"] = INVENTED
        pieces = split_completion(envelope(json.dumps(draft)), pieces=20)
        return await stream(*pieces, "[DONE]", pause_s=0.08, hold=(14, has_shown))(exchange)

    async def show(checked: Checked) -> None:
        shown.append(checked)
        has_shown.set()

    workers = Workers(count=2)
    async with (
        ModelServer() as server,
        open_engine(server.url, timeout_s=20) as engine,
        Fetcher(timeout_s=1, limit_bytes=1, ports=frozenset({80})) as fetcher,
    ):
        server.default = slowly
        brief = await make_brief(
            Submission(kind="text", text=TEXT, scope="7"),
            reader=Reader(fetcher=fetcher, workers=workers),
            engine=engine,
            offline=OfflineEngine(workers),
            workers=workers,
            shelf=Shelf(None),
            flights=Flights(None),
            preview=show,
        )
    await workers.close()
    assert shown, "something was there before the end"
    assert len(shown[-1].statements) < len(brief.statements) or len(shown) > 1
    for preview in shown:
        assert preview.statements
        assert all(INVENTED[:20] not in statement.text for statement in preview.statements)
        assert preview.statements == brief.statements[: len(preview.statements)]
    assert len(server.requests) == 1
