"""An article beyond the model's window: its parts are drafted side by side, then merged.

The parts get most of the time and the merge the rest; a part that fails or is late is left out, a merge that
does is made by code. Whatever is missing is said in the draft's notices.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.article.models import Article
from bot.article.workers import Workers
from bot.briefing.engines.answer import build_draft
from bot.briefing.engines.aside import run_aside
from bot.briefing.engines.calling import WindowExceededError, Work
from bot.briefing.engines.layout import Layout
from bot.briefing.engines.leaks import drop_leaks
from bot.briefing.engines.merging import Drafted, lay_out_merge, merge_by_code, read_merge
from bot.briefing.engines.sections import Section, lay_out_sections
from bot.briefing.models import Draft, Notice
from bot.errors import EngineError, EngineTimeout, EngineUnavailable
from bot.locales import N_
from prompts import Prompt

AT_ONCE = 4
"""Parts under way together: what small plans' limits of requests and tokens a minute bear."""

SECTIONS_SHARE = 0.7
"""Of the time that is left; a merge reads and writes about as much as one small article."""

Ask = Callable[[Prompt, Layout, Work], Awaitable[object]]
"""Asks one question and returns the JSON of its answer; raises EngineError or WindowExceededError."""

MERGED_BY_CODE = Notice(
    template=N_("The model read this long article in parts, and rules put the parts together.")
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongDrafter:
    """Drafts long articles by asking `ask` for each part and for the merge."""

    ask: Ask
    brief: Prompt
    merge: Prompt
    marker_key: bytes
    budget_tokens: int
    model: str
    workers: Workers | None

    async def draft(self, article: Article, language: str, work: Work) -> Draft:
        """Draft the article in parts; raises EngineError when no part could be drafted."""
        try:
            return await self._draft(article, language, work, self.budget_tokens)
        except WindowExceededError:
            log.warning("the window is smaller than set; asking with parts of half the size")
        try:
            return await self._draft(article, language, work, self.budget_tokens // 2)
        except WindowExceededError as exc:
            raise EngineUnavailable("window exceeded twice") from exc

    async def _draft(self, article: Article, language: str, work: Work, budget_tokens: int) -> Draft:
        sections = await run_aside(
            self.workers,
            lay_out_sections,
            self.brief,
            article,
            language,
            self.marker_key,
            budget_tokens,
            self.model,
        )
        log.info("drafting %d sentences in %d parts", len(article.sentences), len(sections))
        drafted = await self._draft_sections(sections, work)
        is_whole = len(drafted) == len(sections)
        draft, is_merged = await self._merge(article, language, drafted, budget_tokens, work)
        read = sum(section.layout.sentences_read for section, _ in drafted)
        missing = () if is_whole else (_say_missing(read, len(article.sentences)),)
        notices = (*missing, *(() if is_merged else (MERGED_BY_CODE,)))
        return draft.model_copy(update={"sentences_read": read if is_whole else None, "notices": notices})

    async def _draft_sections(self, sections: Sequence[Section], work: Work) -> list[Drafted]:
        """Draft the parts, AT_ONCE at a time; raises the first part's error when none could be."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def draft(section: Section) -> Draft:
            async with gate:
                answer = await self.ask(self.brief, section.layout, work)
            own = section.keep_own(drop_leaks(build_draft(answer, section.last), section.layout))
            if not own.statements:
                raise EngineUnavailable("no statement of its own part")
            return own

        tasks = [asyncio.create_task(draft(section)) for section in sections]
        try:
            await asyncio.wait(tasks, timeout=work.remaining_s * SECTIONS_SHARE)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not _is_expected(outcome):
                raise outcome
        drafted = [
            (section, outcome)
            for section, outcome in zip(sections, outcomes, strict=True)
            if isinstance(outcome, Draft)
        ]
        if not drafted:
            raise _choose_error(outcomes)
        return drafted

    async def _merge(
        self, article: Article, language: str, drafted: Sequence[Drafted], budget_tokens: int, work: Work
    ) -> tuple[Draft, bool]:
        """Merge the drafts, and tell whether the model did; by code when it fails or is late."""
        if len(drafted) == 1:
            return drafted[0][1], True
        try:
            async with asyncio.timeout(work.remaining_s * 0.9):  # so that a merge by code is in time
                layout = await run_aside(
                    self.workers,
                    lay_out_merge,
                    self.merge,
                    article,
                    language,
                    self.marker_key,
                    drafted,
                    budget_tokens,
                    self.model,
                )
                if layout is not None:
                    merged = read_merge(await self.ask(self.merge, layout, work), drafted)
                    return drop_leaks(merged, layout), True
        except (EngineError, WindowExceededError, TimeoutError) as exc:
            log.warning("merge failed: %s; merging by code", type(exc).__name__)
        return merge_by_code(drafted), False


def _is_expected(outcome: BaseException) -> bool:
    return isinstance(outcome, EngineError | WindowExceededError | asyncio.CancelledError)


def _choose_error(outcomes: Sequence[object]) -> Exception:
    """Say why no part could be drafted; a window that is too small comes first, since that can be mended."""
    failures = [outcome for outcome in outcomes if isinstance(outcome, EngineError | WindowExceededError)]
    too_small = next((failure for failure in failures if isinstance(failure, WindowExceededError)), None)
    return too_small or next(iter(failures), EngineTimeout("no part was drafted in time"))


def _say_missing(read: int, total: int) -> Notice:
    template = N_(
        "Parts of this long article could not be read: {read} of its {total} sentences are in this brief."
    )
    return Notice(template=template, values={"read": read, "total": total})
