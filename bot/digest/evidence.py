"""What a brief has checked, ready to be compared: its statements, and its flags on one side's word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.article.models import Article
from bot.briefing.checks.lexicon import detect_language
from bot.briefing.checks.passage import Passage
from bot.briefing.models import Brief, Flag, FlagKind, Statement
from bot.comparing.accounts import Account, read_article, read_claim
from bot.digest.coverage import Covered
from bot.digest.models import Assertion, Told

ONE_SIDED: Final[frozenset[FlagKind]] = frozenset(
    {"allegation", "unnamed_source", "single_interested_source", "relayed_report"}
)
"""The kinds of flags that mean: somebody says so, and nobody else in this article."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A checked statement or a flag, with what it is compared by."""

    covered: Covered
    claim: Passage
    """In the article's language, so that a translated brief can be compared with other articles."""
    assertion: Assertion
    """As a story shows it, but for its place there."""


def read_evidence(covered: Covered) -> Iterator[Evidence]:
    """Yield what the brief of an article holds, in its order; nothing where there is no brief."""
    brief = covered.brief
    if brief is None:
        return
    language = brief.article.language
    for statement in brief.statements:
        if statement.traced and (passage := _cited(brief.article, statement)):
            words = statement.text if brief.language == language else passage
            assertion = Assertion(text=statement.text, piece=0, passage=passage)
            yield Evidence(covered, read_claim(words, language), assertion)
    for flag in brief.flags:
        if flag.kind in ONE_SIDED:
            words = f"{flag.speaker}: {flag.quote}" if flag.speaker else flag.quote
            yield Evidence(covered, read_claim(words, language), _flagged(flag))


def _flagged(flag: Flag) -> Assertion:
    return Assertion(
        text=flag.quote,
        piece=0,
        passage=flag.quote,
        speaker=flag.speaker,
        kind=flag.kind,
        translation=flag.translation,
    )


def read_line(brief: Brief) -> str:
    """Return the headline; the first statement, where the headline claims more than the text."""
    is_beyond = any(flag.kind == "headline_beyond_text" for flag in brief.flags)
    statements = [statement.text for statement in brief.statements if statement.traced]
    return statements[0] if statements and (is_beyond or not brief.headline) else brief.headline


def read_announcement(covered: Covered) -> Passage:
    """Return what a feed says of an article."""
    return read_claim(f"{covered.title}. {covered.lead}", covered.language)


def recall(before: Sequence[Told]) -> Account:
    """Return what a chat was told of a story so far."""
    texts = [(text, story.language) for story in before for text in (story.title, *story.said)]
    return Account(read_claim(text, detect_language(text, likely) or likely) for text, likely in texts)


class Others:
    """The articles of an event that were read in full, to find what only one outlet carries."""

    def __init__(self, covered: Sequence[Covered]) -> None:
        self._accounts = {
            index: (one.publisher, read_article(one.brief.article))
            for index, one in enumerate(covered)
            if one.brief is not None and not one.brief.article.partial
        }

    def lack(self, found: Evidence) -> bool:
        """Whether other outlets' articles were read, and none of them carries this."""
        own = found.covered.publisher
        others = [account for publisher, account in self._accounts.values() if publisher != own]
        return bool(others) and all(account.lacks(found.claim) for account in others)


def _cited(article: Article, statement: Statement) -> str:
    """Return the sentences that a statement rests on."""
    known = len(article.sentences)
    return " ".join(article.sentence_text(n) for n in statement.sentences if 1 <= n <= known)
