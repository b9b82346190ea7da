"""The checks: they compare a draft with its article, and decide what is shown, whatever an engine wrote."""

from collections.abc import Iterable

from bot.article.models import Article
from bot.briefing.checks.asides import check_aside
from bot.briefing.checks.flags import check_flags
from bot.briefing.checks.lexicon import LANGUAGES, detect_language
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.statements import check_headline, check_statements
from bot.briefing.checks.wording import check_loaded, read_terms
from bot.briefing.models import Checked, Checks, Draft, Dropped

LONGEST_ABSENT = 120
MOST_ABSENT = 5


def check_draft(draft: Draft, article: Article) -> Checked:
    """Return what of a draft holds against its article, with what was dropped and why; raises nothing."""
    reading = Reading(article, _language(draft, article))
    dropped: list[Dropped] = []
    loaded = check_loaded(draft.loaded, reading, dropped)
    terms = read_terms(loaded, reading.lexicon)
    statements = check_statements(draft.statements, terms, reading, dropped)
    headline = check_headline(draft.headline, statements, terms, reading, dropped)
    flags = check_flags(draft.flags, reading, dropped)
    absent = _check_absent(draft.absent, reading, dropped)
    return Checked(
        headline=headline,
        statements=statements,
        flags=flags,
        loaded=loaded,
        absent=absent,
        checks=Checks(
            statements=len(statements),
            traced=sum(statement.traced for statement in statements),
            dropped=tuple(dropped),
        ),
    )


def _language(draft: Draft, article: Article) -> str:
    """Return the language a draft is written in; the article's own when its words do not tell."""
    text = " ".join((draft.headline[:500], *(statement.text[:500] for statement in draft.statements[:10])))
    own = article.language if article.language in LANGUAGES else detect_language(article.text)
    return detect_language(text, likely=own or "") or own or article.language


def _check_absent(drafted: Iterable[str], reading: Reading, dropped: list[Dropped]) -> tuple[str, ...]:
    """Return who was not heard, plain and short; no addresses, no names or numbers of the model's own."""
    kept: dict[str, str] = {}
    for absent in drafted:
        plain = check_aside(absent, LONGEST_ABSENT, reading)
        if not plain:
            dropped.append(Dropped(what="absent", why="It is not plain words, or says more than who."))
        elif len(kept) == MOST_ABSENT:
            dropped.append(Dropped(what="absent", why=f"Only {MOST_ABSENT} absent voices are named."))
        else:
            kept.setdefault(fold_word(plain), plain)
    return tuple(kept.values())
