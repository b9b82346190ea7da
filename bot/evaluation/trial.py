"""One engine over all gold articles: what its briefs are worth, how long they take and what they cost."""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from bot.article.models import Article
from bot.briefing.checks import check_draft
from bot.briefing.models import Checked, Draft, Usage
from bot.briefing.rules import draft_offline
from bot.errors import EngineError, EngineUnavailable, SaysoError
from bot.evaluation.gold import Gold, build_article
from bot.evaluation.scoring import Tally, measure, total

Write = Callable[[Article], Awaitable[tuple[Draft, Usage]]]
Check = Callable[[Draft, Article], Checked]
Tell = Callable[[str], object]


def say_nothing(_said: str) -> None:
    """Tell nobody how far a trial is."""


_NOTHING = Draft(headline="", statements=())
"""What a draft that failed is worth."""


class ModelAway(SaysoError):
    """The model's server gives no answer, so that there is nothing to measure."""

    template = "{model}: {reason} ({problem}). Check OPENAI_BASE_URL, OPENAI_API_KEY and the model's name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One article: what its brief is worth, what it took, and why there is none."""

    tally: Tally
    seconds: float
    usage: Usage
    failure: str | None = None


@dataclass(slots=True)
class Trial:
    """An engine's outcomes, by the articles' names."""

    engine: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    @property
    def tally(self) -> Tally:
        """The sum over all articles."""
        return total(outcome.tally for outcome in self.outcomes.values())

    @property
    def usage(self) -> Usage:
        """What all articles cost."""
        spent = Usage()
        for outcome in self.outcomes.values():
            spent = spent.plus(outcome.usage)
        return spent

    @property
    def seconds(self) -> float:
        """The mean time of a draft."""
        return sum(outcome.seconds for outcome in self.outcomes.values()) / len(self.outcomes)

    @property
    def slowest(self) -> float:
        """The seconds of the draft that took longest."""
        return max(outcome.seconds for outcome in self.outcomes.values())

    @property
    def failures(self) -> dict[str, str]:
        """The articles without a brief of this engine, and why there is none."""
        return {name: outcome.failure for name, outcome in self.outcomes.items() if outcome.failure}


async def write_offline(article: Article) -> tuple[Draft, Usage]:
    """Draft by the rules as they are, without workers."""
    return draft_offline(article), Usage()


async def run_trial(
    engine: str,
    golds: Iterable[Gold],
    write: Write,
    check: Check = check_draft,
    *,
    tell: Tell = say_nothing,
) -> Trial:
    """Measure every gold article, one after another; `tell` hears which.

    A draft that fails is worth nothing. Raises ModelAway when the first one does not even reach the model.
    """
    trial = Trial(engine)
    for number, gold in enumerate(golds, 1):
        tell(f"{engine}: article {number}, {gold['id']}…")
        article = build_article(gold)
        start_s = time.perf_counter()
        draft, usage, failure = _NOTHING, Usage(), None
        try:
            draft, usage = await write(article)
        except EngineError as exc:
            if isinstance(exc, EngineUnavailable) and not trial.outcomes:
                raise ModelAway(str(exc), model=engine, reason=exc.sentence, problem=str(exc)) from exc
            usage, failure = exc.usage or usage, f"{exc.sentence} ({exc})"
        seconds = time.perf_counter() - start_s
        tally = measure(gold, article, check(draft, article))
        trial.outcomes[gold["id"]] = Outcome(tally=tally, seconds=seconds, usage=usage, failure=failure)
    return trial
