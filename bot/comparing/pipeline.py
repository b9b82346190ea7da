"""Two briefs → a Comparison, by at most one call of the model, and by rules alone without one."""

import logging
from typing import Final, Protocol

from bot.article.workers import WorkerDied, Workers
from bot.briefing.models import OFFLINE, Brief, Engine, Notice, Usage
from bot.briefing.pairing import Pairing, PairingEngine
from bot.comparing.compare import compare_briefs
from bot.comparing.models import Comparison
from bot.errors import EngineError, InputError, PageTooComplex
from bot.locales import N_

log = logging.getLogger(__name__)

ACROSS_OFFLINE: Final = Notice(
    template=N_(
        "Without a model I match sentences in two languages by names, numbers and known words, and find less."
    )
)
TWO_STORIES: Final = Notice(template=N_("These two articles do not seem to be about the same event."))
COMPARED_OFFLINE: Final = N_("{reason}; this comparison was made offline.")


class SameArticle(InputError):
    """What is to be compared is one article."""

    template = N_("Both of these are the same article. Give me another outlet's article to compare it with.")


class Compare(Protocol):
    """`compare` with its collaborators bound."""

    async def __call__(self, first: Brief, second: Brief, *, language: str) -> Comparison:
        """Compare the articles of two briefs."""


async def compare(
    first: Brief, second: Brief, *, language: str, engine: Engine, workers: Workers
) -> Comparison:
    """Compare the articles of two briefs; what is translated is put into `language` (ISO 639-1).

    A failing model gives the rules' comparison and a notice. Raises SameArticle and PageTooComplex.
    """
    if first.id == second.id or first.article.content_hash == second.article.content_hash:
        raise SameArticle
    pairing: Pairing | None = None
    notices, usage = list[Notice](), Usage()
    if isinstance(engine, PairingEngine):
        try:
            pairing, usage = await engine.pair(first.article, second.article, language)
        except EngineError as exc:
            log.warning("engine failed: %s: %s", type(exc).__name__, exc)
            usage = exc.usage or usage
            notices.append(Notice(template=COMPARED_OFFLINE, values={"reason": exc.template}))
    if pairing is None and first.article.language != second.article.language:
        notices.append(ACROSS_OFFLINE)
    writer = (pairing.writer or engine.name) if pairing is not None else OFFLINE
    try:
        comparison = await workers.run(compare_briefs, first, second, language, pairing, writer)
    except (TimeoutError, WorkerDied) as exc:
        raise PageTooComplex(f"comparing: {type(exc).__name__}") from exc
    if not comparison.is_one_story:
        notices.insert(0, TWO_STORIES)
    return comparison.model_copy(update={"usage": usage, "notices": tuple(notices)})
