"""The offline engine: no key, no network, no model."""

from bot.article.models import Article
from bot.article.workers import WorkerDied, Workers
from bot.briefing.models import OFFLINE, Draft, OnPartial, Usage
from bot.briefing.rules import draft_offline
from bot.briefing.versions import digest_package
from bot.errors import EngineTimeout, EngineUnavailable

_TIMEOUT_S = 10
"""A thousand words take some 20 ms; this is for a machine that is short of processors."""


class OfflineEngine:
    """Drafts by rules, in a worker process and in the article's language."""

    name = OFFLINE

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        rules, packs = (digest_package(f"bot.briefing.{name}") for name in ("rules", "packs"))
        self.prompt_version = f"rules-{rules}-{packs}"

    async def draft(
        self,
        article: Article,
        language: str,  # noqa: ARG002  # rules cannot translate
        on_partial: OnPartial | None = None,  # noqa: ARG002  # and are done before anybody could look
    ) -> tuple[Draft, Usage]:
        """Draft a brief in the article's own language, whatever is asked for; raises EngineError."""
        try:
            return await self._workers.run(draft_offline, article, timeout_s=_TIMEOUT_S), Usage()
        except TimeoutError as exc:
            raise EngineTimeout("offline rules") from exc
        except WorkerDied as exc:
            raise EngineUnavailable("offline rules: worker died") from exc
