"""The offline engine's rules: pure functions from an article to a draft."""

from bot.article.models import Article
from bot.briefing.models import Draft
from bot.briefing.rules.absent import find_absent
from bot.briefing.rules.attribution import read_assertions
from bot.briefing.rules.flags import find_flags, write_flag
from bot.briefing.rules.headline import find_headline_beyond, write_headline
from bot.briefing.rules.lexicon import Lexicon
from bot.briefing.rules.loaded import find_loaded
from bot.briefing.rules.pack import LANGUAGES, Pack, load_pack
from bot.briefing.rules.reading import read_passages
from bot.briefing.rules.summary import summarise

__all__ = ["LANGUAGES", "draft_offline", "name_sources"]


def draft_offline(article: Article) -> Draft:
    """Draft a brief of an article in its own language; one without a pack gets a summary and no flags."""
    pack = load_pack(article.language)
    return _draft_with_pack(article, pack) if pack else _draft_without_pack(article)


def name_sources(article: Article) -> dict[int, str]:
    """Return the source that each sentence names, by its number, as the article words it.

    Pronouns are not resolved here: a sentence whose source is one has none. Nothing for a language without a
    pack.
    """
    pack = load_pack(article.language)
    if pack is None:
        return {}
    found = read_assertions(read_passages(article, pack.lexicon), pack)
    return {
        number: assertion.speaker.name
        for number, assertions in found.items()
        for assertion in reversed(assertions)  # the first that names one stays
        if assertion.speaker is not None and assertion.speaker.pronoun is None
    }


def _draft_with_pack(article: Article, pack: Pack) -> Draft:
    passages = read_passages(article, pack.lexicon)
    assertions = read_assertions(passages, pack)
    findings = find_flags(article, assertions)
    statements = summarise(article, passages, assertions, findings, pack)
    beyond = find_headline_beyond(article, passages, pack)
    return Draft(
        headline=write_headline(article, pack, statements[0].text if statements else ""),
        statements=statements,
        flags=(*(write_flag(finding, article, pack) for finding in findings), *([beyond] if beyond else [])),
        loaded=find_loaded(passages, pack),
        absent=find_absent(passages, assertions, findings, pack),
    )


def _draft_without_pack(article: Article) -> Draft:
    """Summarise by word statistics alone: without the language's words no speaker and no kind can be told."""
    passages = read_passages(article, Lexicon({}))
    statements = summarise(article, passages, {}, (), None)
    return Draft(
        headline=write_headline(article, None, statements[0].text if statements else ""),
        statements=statements,
    )
