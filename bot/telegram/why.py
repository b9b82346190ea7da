"""Why something is flagged: one flag in its place in the article, and all quotations in full."""

from itertools import accumulate

from telegram.constants import MessageEntityType

from bot.article.models import Article
from bot.briefing.checks.instructions import is_for_machines
from bot.briefing.checks.output import defang
from bot.briefing.labels import KIND_LABELS, KIND_MEANINGS
from bot.briefing.models import Brief, Flag
from bot.locales import _
from bot.telegram.composing import Block, Run, as_sentence, foreign, heading, paginate, plain, verbatim
from bot.telegram.passages import passage_url
from bot.telegram.sections import quotation, translation, voice


def explain_flags(brief: Brief) -> list[tuple[Block, ...]]:
    """Return the pages that explain the flags one after the other; a flag begins a page."""
    return [page for number in range(len(brief.flags)) for page in _pages_of(brief, number)]


def first_pages(brief: Brief) -> tuple[int, ...]:
    """Return for each flag which page of `explain_flags` it begins on."""
    pages = [len(_pages_of(brief, number)) for number in range(len(brief.flags))]
    return tuple(accumulate([0, *pages[:-1]])) if pages else ()


def list_quotations(brief: Brief) -> list[Block]:
    """Return every flagged quotation with its translation and whose words it is."""
    if not brief.flags:
        return []
    blocks = [heading("❝ " + _("Flagged quotations ({count})").format(count=len(brief.flags)))]
    for number, flag in enumerate(brief.flags, 1):
        label = Run(f" · {_(KIND_LABELS[flag.kind])}")
        translated = (Run("\n"), *translation(flag)) if flag.translation else ()
        said = (*quotation(brief, flag), *translated, Run("\n— "), voice(flag), label)
        blocks.append(Block((Run(f"{number}. "), *said), gap="\n\n"))
    return blocks


def _pages_of(brief: Brief, number: int) -> list[tuple[Block, ...]]:
    return paginate(_explain(brief, brief.flags[number], number + 1))


def _explain(brief: Brief, flag: Flag, number: int) -> list[Block]:
    """Return one flag: its place in the article, who said it, why it is flagged, what would verify it."""
    title = _("{number} of {total}: {kind}").format(
        number=number, total=len(brief.flags), kind=_(KIND_LABELS[flag.kind])
    )
    lines = [
        (_("Who says it:"), voice(flag)),
        (_("Why it is flagged:"), plain(as_sentence(flag.why))),
        (_("What that means:"), Run(_(KIND_MEANINGS[flag.kind]))),
    ]
    if flag.would_verify:
        lines.append((_("Would verify:"), plain(as_sentence(flag.would_verify))))
    return [
        heading(f"⚠️ {title}"),
        Block(tuple(_in_its_place(brief.article, flag)), quoted=True, folded=False),
        *([Block(translation(flag))] if flag.translation else []),
        *(Block((Run(label, MessageEntityType.BOLD), Run(" "), said), gap="\n\n") for label, said in lines),
    ]


def _in_its_place(article: Article, flag: Flag) -> list[Run]:
    """Return the flagged words within their sentence and the sentences beside it."""
    touched = [s.number for s in article.sentences if s.start < flag.end and flag.start < s.end]
    first, last = (touched or [flag.sentence])[0], (touched or [flag.sentence])[-1]
    first -= _stands_beside(article, first - 1, first)
    last += _stands_beside(article, last + 1, last)
    begin = min(article.sentences[first - 1].start, flag.start)
    end = max(article.sentences[last - 1].end, flag.end)
    before, words, after = (
        article.text[begin : flag.start],
        article.text[flag.start : flag.end],
        article.text[flag.end : end],
    )
    # Where words meet, Telegram could find a link that neither holds.
    shown = foreign(before + words + after)
    style = MessageEntityType.CODE if defang(shown) != shown else None
    url = passage_url(article, words)
    runs = [verbatim(before, style=style)] if before.strip() else []
    runs += [Run(" ")] if before[-1:].isspace() else []
    runs.append(verbatim(words, url, style=style or MessageEntityType.BOLD))
    runs += [Run(" ")] if after[:1].isspace() else []
    return [*runs, verbatim(after, style=style)] if after.strip() else runs


def _stands_beside(article: Article, number: int, beside: int) -> bool:
    """Whether a sentence is of one paragraph with the other one, and for readers like that."""
    if not 1 <= number <= len(article.sentences):
        return False
    one, other = sorted((number, beside))
    gap = article.text[article.sentences[one - 1].end : article.sentences[other - 1].start]
    return "\n\n" not in gap and not is_for_machines(article.sentence_text(number), article.language)
