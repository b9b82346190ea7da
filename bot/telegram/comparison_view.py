"""A Comparison as Telegram messages: each assertion in its article's own words, under its own outlet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageEntityType

from bot.briefing.labels import word_notices
from bot.comparing.labels import foot_of, name_sides
from bot.comparing.models import Comparison, Heard, Quotation, Side
from bot.locales import _
from bot.telegram.composing import Block, Composer, Run, heading, paginate, plain, verbatim
from bot.telegram.passages import page_url, passage_url
from bot.telegram.replies import Reply

LONG_PAIR: Final = 400
"""Characters of two quotations from which they are folded: shorter ones are read at a glance."""

_DATA = re.compile(r"k:([0-9a-f]{16}):([0-9]{1,2})")

_LONGEST_LABEL = 28


@dataclass(frozen=True, slots=True)
class ComparisonPress:
    """A button pressed: which page of which comparison."""

    comparison_id: str
    page: int = 0

    @property
    def data(self) -> str:
        """The callback data, at most 64 bytes."""
        return f"k:{self.comparison_id}:{self.page}"


def read_comparison_press(data: str | None) -> ComparisonPress | None:
    """Return what callback data says; None when it is not of our making."""
    found = _DATA.fullmatch(data or "")
    return ComparisonPress(found[1], int(found[2])) if found else None


def render_comparison(comparison: Comparison, page: int = 0) -> Reply:
    """Return one page of a comparison; a page past the end is the last one."""
    pages = paginate(_list_blocks(comparison))
    shown = min(page, len(pages) - 1)
    composer = Composer()
    for block in pages[shown]:
        composer.add_block(block)
    return Reply(composer.text, tuple(composer.entities), _buttons(comparison, shown, len(pages)))


def _list_blocks(comparison: Comparison) -> Iterator[Block]:
    names, sides = name_sides(comparison), (comparison.first, comparison.second)
    yield Block((Run("⚖️ "), Run(_("Two accounts side by side"), MessageEntityType.BOLD)))
    yield from (_title(name, side) for name, side in zip(names, sides, strict=True))
    if notice := word_notices(comparison.notices):
        yield Block((plain(notice, MessageEntityType.ITALIC),), gap="\n\n")
    yield heading(_("Both say ({count})").format(count=len(comparison.shared)))
    for pair in comparison.shared:
        yield _pair(names, sides, (pair.first, pair.second))
    if comparison.differing:
        yield heading(_("Numbers differ ({count})").format(count=len(comparison.differing)))
    for one in comparison.differing:
        figures = one.first_figure, one.second_figure
        told = [f"{name} ({figure})" for name, figure in zip(names, figures, strict=True)]
        yield _pair(told, sides, (one.first, one.second))
    lone = (comparison.only_first, comparison.only_second)
    for name, side, alone in zip(names, sides, lone, strict=True):
        if alone:
            yield heading(_("Only {outlet} ({count})").format(outlet=plain(name).text, count=len(alone)))
        yield from (_alone(side, quotation) for quotation in alone)
    if any(lone):
        meaning = _("“Only …”: I find nothing like it in the other article. It may say so in other words.")
        yield Block((Run(meaning, MessageEntityType.ITALIC),), gap="\n\n")
    if comparison.heard:
        yield heading(_("Who is heard"))
    yield from (_voice(heard, names) for heard in comparison.heard)
    yield Block((plain(foot_of(comparison)),), gap="\n\n")


def _title(name: str, side: Side) -> Block:
    title = (Run(": “"), verbatim(side.title), Run("”")) if side.title else ()
    return Block((Run("• "), plain(name, url=page_url(side)), *title))


def _pair(names: Sequence[str], sides: Sequence[Side], quotations: Sequence[Quotation]) -> Block:
    """Return what each article says, one below the other."""
    runs: list[Run] = []
    for name, side, quotation in zip(names, sides, quotations, strict=True):
        runs += [Run("\n")] if runs else []
        runs += [plain(name, MessageEntityType.BOLD), Run(": "), *_quote(side, quotation)]
    units = sum(len(quotation.text) for quotation in quotations)
    return Block(tuple(runs), quoted=True, folded=units > LONG_PAIR)


def _alone(side: Side, quotation: Quotation) -> Block:
    return Block((Run("▸ "), *_quote(side, quotation)))


def _quote(side: Side, quotation: Quotation) -> tuple[Run, ...]:
    """Return a quotation that opens its page there, and its translation, marked as one."""
    shown = (Run("“"), verbatim(quotation.text, passage_url(side, quotation.text)), Run("”"))
    if not quotation.translation:
        return shown
    note = _("(translation)")
    return (*shown, Run("\n“"), plain(quotation.translation), Run(f"” {note}"))


def _voice(heard: Heard, names: Sequence[str]) -> Block:
    where = _("both") if heard.first and heard.second else names[0] if heard.first else names[1]
    return Block((Run("• "), plain(heard.first or heard.second or ""), Run(" · "), plain(where)))


def _buttons(comparison: Comparison, page: int, pages: int) -> InlineKeyboardMarkup:
    """Return a button for each of the two briefs, and turning pages."""
    briefs = [
        InlineKeyboardButton(f"📰 {name}"[:_LONGEST_LABEL], callback_data=f"o:{side.brief_id}")
        for name, side in zip(name_sides(comparison), (comparison.first, comparison.second), strict=True)
    ]
    turns = [
        InlineKeyboardButton(label, callback_data=ComparisonPress(comparison.id, other).data)
        for label, other in (("‹", page - 1), ("›", page + 1))
        if 0 <= other < pages
    ]
    return InlineKeyboardMarkup([briefs, turns] if turns else [briefs])
