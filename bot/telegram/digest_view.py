"""A Digest as Telegram messages: ten stories a page, and each story in full behind its number."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from telegram import InlineKeyboardMarkup
from telegram.constants import MessageEntityType

from bot.briefing.labels import KIND_LABELS, word_notices
from bot.briefing.models import OFFLINE
from bot.digest.models import Assertion, Digest, Piece, Story
from bot.locales import N_, _, ngettext, show_weekday
from bot.telegram.composing import Block, Composer, Run, fits, heading, paginate, plain, shorten, verbatim
from bot.telegram.digest_keyboards import DigestPress, digest_keyboard, offer_button, story_keyboard
from bot.telegram.passages import page_url, passage_url
from bot.telegram.replies import Reply

STORIES_A_PAGE: Final = 10

DEPTHS: Final = ((3, 2), (2, 2), (2, 1), (1, 1), (1, 0), (0, 0))
"""Statements and flags shown of each story of a page: the first of these with which it is one message."""

SHORT_LINES: Final = (200, 60)
"""Units of a story's line where lines alone are too long for a page: the story has it in full."""

OUTLETS_NAMED: Final = 3
LONGEST_NAME: Final = 40

LONG_QUOTATION: Final = 160
"""Characters of a quotation from which it is folded: a shorter one is read at a glance."""

NOTHING_NEW: Final = N_("Nothing new since the last digest.")
DID_IT_COME: Final = N_(
    "My connection broke while I was sending you the digest. If it is not here, press the button."
)


def render_digest(digest: Digest, page: int = 0) -> Reply:
    """Return one page of a digest; a page past the end is the last one."""
    pages = _page_of(len(digest.stories)) + 1
    shown = min(page, pages - 1)
    last = min((shown + 1) * STORIES_A_PAGE, len(digest.stories))
    numbers = range(shown * STORIES_A_PAGE + 1, last + 1)
    count = f" · {shown + 1}/{pages}" if pages > 1 else ""
    buttons = digest_keyboard(DigestPress(digest.id, page=shown), pages, numbers)
    return _reply(_fit(digest, numbers, count), buttons)


def render_story(digest: Digest, number: int, page: int = 0) -> Reply:
    """Return one page of the story with this number; a number past the end is the last one's."""
    number = min(max(number, 1), len(digest.stories))
    story = digest.stories[number - 1]
    pages = paginate(_in_full(story, number))
    shown = min(page, len(pages) - 1)
    press = DigestPress(digest.id, number, shown)
    return _reply(pages[shown], story_keyboard(press, len(pages), story, _page_of(number)))


def _page_of(number: int) -> int:
    """Return which page shows the story with this number."""
    return (number - 1) // STORIES_A_PAGE


def offer_digest(digest: Digest) -> Reply:
    """Return a word on a digest that may have arrived, with a button that shows it here."""
    return Reply(_(DID_IT_COME), keyboard=offer_button(digest))


def _reply(blocks: Iterable[Block], buttons: InlineKeyboardMarkup) -> Reply:
    composer = Composer()
    for block in blocks:
        composer.add_block(block)
    return Reply(composer.text, tuple(composer.entities), buttons)


def _fit(digest: Digest, numbers: range, count: str) -> list[Block]:
    """Return the page with these stories, as deep as it can be."""
    title, footer = _title(digest, count), _footer(digest)
    stories = [(number, digest.stories[number - 1]) for number in numbers]
    heads = [[_line(story, number), _outlets(story)] for number, story in stories]
    said = [[_statement(story, one) for one in story.said[: DEPTHS[0][0]]] for _, story in stories]
    flagged = [[_flag(story, one) for one in story.flagged[: DEPTHS[0][1]]] for _, story in stories]
    blocks: list[Block] = []
    for most_said, most_flagged in DEPTHS:
        parts = zip(heads, said, flagged, strict=True)
        shown = [[*head, *says[:most_said], *flags[:most_flagged]] for head, says, flags in parts]
        blocks = [title, *chain.from_iterable(shown), footer]
        if fits(blocks):
            return blocks
    for units in SHORT_LINES:
        lines = [_short_line(story, number, units) for number, story in stories]
        blocks = [title, *lines, footer]
        if fits(blocks):
            return blocks
    return blocks


def _title(digest: Digest, count: str) -> Block:
    day = show_weekday(digest.day)
    words = _("Digest · {day}").format(day=day)
    return Block((Run("🗞 "), Run(f"{words}{count}", MessageEntityType.BOLD)))


def _footer(digest: Digest) -> Block:
    """Say what the digest rests on."""
    stories, known = len(digest.stories), sum(story.is_known for story in digest.stories)
    parts = [_count(ngettext("{count} article", "{count} articles", digest.articles), digest.articles)]
    if 0 < digest.read < digest.articles:
        parts.append(_count(ngettext("{count} read", "{count} read", digest.read), digest.read))
    parts.append(_count(ngettext("{count} story", "{count} stories", stories), stories))
    if known:
        parts.append(
            _count(ngettext("{count} of them new", "{count} of them new", stories - known), stories - known)
        )
    if digest.left_out:
        parts.append(
            _count(
                ngettext("{count} more left out", "{count} more left out", digest.left_out), digest.left_out
            )
        )
    engines = [Run(_("offline")) if engine == OFFLINE else plain(engine) for engine in digest.engines]
    parts += engines or [Run(_("titles only, no article was read"))]
    told = [Run(f"\n{word_notices(digest.notices)}", MessageEntityType.ITALIC)] if digest.notices else []
    return Block((*_join(parts, " · "), *told), gap="\n\n")


def _count(words: str, count: int) -> Run:
    return Run(words.format(count=count))


def _in_full(story: Story, number: int) -> list[Block]:
    """Return all that a digest has of a story."""
    blocks = [_line(story, number), _outlets(story)]
    blocks += [_statement(story, one) for one in story.said]
    if story.flagged:
        blocks.append(heading("⚠️ " + _("On one side's word ({count})").format(count=len(story.flagged))))
        blocks += [_flag(story, one) for one in story.flagged]
    if any(one.is_lone for one in (*story.said, *story.flagged)):
        meaning = _("“only …”: the other articles that I read do not give this number or these words.")
        blocks.append(Block((Run(meaning, MessageEntityType.ITALIC),), gap="\n\n"))
    blocks.append(heading(_("Articles ({count})").format(count=len(story.pieces))))
    return [*blocks, *map(_article, story.pieces)]


def _line(story: Story, number: int) -> Block:
    """Return the story's line: a checked one, or the title that a feed gives, in quotation marks."""
    first = story.pieces[0]
    quoted = (Run("“"), verbatim(story.line, page_url(first), MessageEntityType.BOLD), Run("”"))
    checked = (plain(story.line, MessageEntityType.BOLD),)
    return Block((Run(f"{number}. "), *(quoted if story.is_quoted else checked)), gap="\n\n")


def _short_line(story: Story, number: int, units: int) -> Block:
    """Return the beginning of a story's line, without any link."""
    line = shorten(story.line, units)
    shown = (
        (Run("“"), verbatim(line), Run("”")) if story.is_quoted else (plain(line, MessageEntityType.BOLD),)
    )
    return Block((Run(f"{number}. "), *shown), gap="\n\n")


def _outlets(story: Story) -> Block:
    """Return who wrote about it, and whether only what is new is told."""
    outlets = _named(story)
    runs = list(_join([plain(name, url=page_url(piece)) for name, piece in outlets[:OUTLETS_NAMED]], ", "))
    if len(outlets) > OUTLETS_NAMED:
        runs.append(Run(f" +{len(outlets) - OUTLETS_NAMED}"))
    if story.is_known:
        runs += [Run(" · "), Run(_("what is new"), MessageEntityType.ITALIC)]
    return Block(tuple(runs))


def _statement(story: Story, one: Assertion) -> Block:
    return Block((Run("• "), plain(one.text), *_whose(story, one)))


def _flag(story: Story, one: Assertion) -> Block:
    """Return a flagged quotation, whose words it is, and why it is flagged."""
    piece = story.pieces[one.piece]
    quoted = (Run("“"), verbatim(one.text, passage_url(piece, one.text)), Run("”"))
    note = _("(translation)")
    translated = (Run("\n“"), plain(one.translation), Run(f"” {note}")) if one.translation else ()
    voice = plain(one.speaker) if one.speaker else Run(_("The article's own voice"))
    label = Run(f" · {_(KIND_LABELS[one.kind])}" if one.kind else "")
    runs = (*quoted, *translated, Run("\n"), voice, label, *_whose(story, one))
    return Block(runs, quoted=True, folded=len(one.text) > LONG_QUOTATION)


def _whose(story: Story, one: Assertion) -> tuple[Run, ...]:
    """Return the outlet of an assertion, where the story has several; it opens the page there."""
    if len(_named(story)) < 2:
        return ()
    piece = story.pieces[one.piece]
    name = _name(piece)
    shown = _("only {outlet}").format(outlet=name) if one.is_lone else name
    return Run(" — "), plain(shown, url=passage_url(piece, one.passage or one.text) or page_url(piece))


def _article(piece: Piece) -> Block:
    title = (Run(": “"), verbatim(piece.title), Run("”")) if piece.title else ()
    return Block((Run("• "), plain(_name(piece), url=page_url(piece)), *title))


def _named(story: Story) -> list[tuple[str, Piece]]:
    """Return each outlet's name once, with its first article."""
    named: dict[str, Piece] = {}
    for piece in story.pieces:
        named.setdefault(_name(piece), piece)
    return list(named.items())


def _name(piece: Piece) -> str:
    """Return the outlet's name, short enough for a line."""
    return shorten(piece.outlet, LONGEST_NAME) if piece.outlet else _("a text sent to me")


def _join(runs: list[Run], separator: str) -> Iterator[Run]:
    for place, run in enumerate(runs):
        if place:
            yield Run(separator)
        yield run
