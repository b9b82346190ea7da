"""Flags: bound to the text to the character, given their true speaker, and passed through their gate."""

from collections.abc import Sequence

from bot.briefing.checks.asides import check_aside
from bot.briefing.checks.gates import Candidate, choose_kind
from bot.briefing.checks.marks import close_marks, strip_marks
from bot.briefing.checks.output import defang, find_clickable, sanitise, shorten
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.quotations import LONGEST, SHORTEST, count_words, cut_at_sentence, locate
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.relations import find_related, word_source
from bot.briefing.checks.speakers import Speaker, find_speakers
from bot.briefing.checks.swaps import is_role
from bot.briefing.checks.translation import check_translation
from bot.briefing.models import KINDS, MAX_FLAGS, DraftFlag, Dropped, Flag

LONGEST_WHY = 200
LONGEST_SPEAKER = 100
_MOST_DRAFTED = 40
"""Flags of a draft that are looked at; a model that sends more has run away."""


def check_flags(drafted: Sequence[DraftFlag], reading: Reading, dropped: list[Dropped]) -> tuple[Flag, ...]:
    """Return the flags that hold, most consequential first; what does not is noted in `dropped`."""
    found: list[Flag] = []
    for draft in drafted[:_MOST_DRAFTED]:
        checked = _check(draft, reading)
        if isinstance(checked, Flag):
            found.append(checked)
        else:
            dropped.append(Dropped(what="flag", why=checked))
    kept: list[Flag] = []
    for flag in sorted(found, key=lambda flag: KINDS.index(flag.kind)):
        if reason := _crowded_out(flag, kept):
            dropped.append(Dropped(what="flag", why=reason))
        else:
            kept.append(flag)
    return tuple(kept)


def _crowded_out(flag: Flag, kept: Sequence[Flag]) -> str | None:
    """Return why a flag gives way to those before it, or None."""
    if any(flag.start < other.end and other.start < flag.end for other in kept):
        return "A more consequential flag covers the same words."
    if flag.kind == "headline_beyond_text" and any(other.kind == flag.kind for other in kept):
        return "The headline is flagged once only."
    if len(kept) >= MAX_FLAGS:
        return f"Only the {MAX_FLAGS} most consequential flags are shown."
    return None


def _check(flag: DraftFlag, reading: Reading) -> Flag | str:
    """Return the flag as it may be shown, or why it may not."""
    span = locate(flag.quote, flag.sentence, reading)
    if span is None:
        return "The quotation does not stand in the article."
    text = reading.article.text
    if count_words(text[slice(*span)]) > LONGEST:
        span = cut_at_sentence(span, reading)
        if span is None:
            return f"The quotation is longer than {LONGEST} words."
    start, end = span
    if count_words(text[start:end]) < SHORTEST:
        return f"The quotation has fewer than {SHORTEST} words."
    number = reading.number_at(start)
    if number > len(reading.passages) or number in reading.instructions:
        return "The quotation stands outside the article's own text."
    speaker = find_speaker_of(flag.speaker, number, start, end, reading)
    kind = choose_kind(flag.kind, Candidate(reading, start, end, number, speaker))
    if kind is None:
        return f"The passage is no {flag.kind.replace('_', ' ')}, and no other kind fits."
    reason = (
        check_aside(flag.why, LONGEST_WHY, reading)
        if (kind, bool(speaker)) == (flag.kind, bool(flag.speaker))
        else ""
    )
    return Flag(
        quote=text[start:end],
        start=start,
        end=end,
        sentence=number,
        speaker=speaker,
        kind=kind,
        why=reason or reading.brief_lexicon.default_why,
        would_verify=check_aside(flag.would_verify, LONGEST_WHY, reading),
        translation=check_translation(flag.translation, text[start:end], number, reading),
    )


def find_speaker_of(claimed: str | None, number: int, start: int, end: int, reading: Reading) -> str | None:
    """Return who says what stands between `start` and `end`: the claimed speaker if the text bears it out.

    None where the article speaks itself.
    """
    detected = reading.speaker(number)
    found = word_source(number, reading) or (detected.shown if detected else None)
    name = shorten(close_marks(strip_marks(sanitise(claimed or ""))), LONGEST_SPEAKER)
    if not name or any(find_clickable(name)):
        return defang(found) if found else None
    words = Passage(name, reading.lexicon)
    if reading.is_translated and not words.content & reading.everywhere_content:
        is_known = any(reading.everywhere.has_sound(token.folded) for token in words.tokens if token.capital)
        return name if detected or is_known else None
    if detected is None:
        is_told = words.content and words.content <= reading.passage(number).content
        is_quoted = reading.is_quoted(start, end)
        return name if is_told or (is_quoted and _stands_in_article(words, reading)) else None
    fits = (
        not detected.stems
        or _is_nearest(words, start, number, reading)
        or bool(words.content & detected.stems)
        or _resolves(words, detected, reading)
        or _stands_here_instead(words, detected, reading.passage(number), reading)
    )
    if related := find_related(words, number, reading):
        return defang(related)
    if fits and _stands_in_article(words, reading):
        return name
    return defang(found) if found else None


def _is_nearest(words: Passage, start: int, number: int, reading: Reading) -> bool:
    """Whether a speaker, word by word, is the last that the sentence names before `start`."""
    begin, passage = reading.article.sentences[number - 1].start, reading.passage(number)
    before = [s for s in find_speakers(passage) if begin + passage.tokens[s.place].start < start]
    nearest = max(before, key=lambda speaker: speaker.place, default=None)
    return bool(nearest and words.content & nearest.stems) and words.content <= passage.content


def _stands_here_instead(words: Passage, detected: Speaker, sentence: Passage, reading: Reading) -> bool:
    """Whether the quotation's own sentence has the claimed name, and none of the speaker found before it.

    The surname is enough of a name that the article has in full.
    """
    run = [token for token in words.tokens if token.capital and token.is_content]
    is_known = len(run) > 1 and run[0].folded in reading.runs.get(run[-1].folded, ())
    names = {token.stem for token in (run[-1:] if is_known else run)}
    return bool(names) and names <= sentence.content and sentence.content.isdisjoint(detected.names)


def _resolves(words: Passage, detected: Speaker, reading: Reading) -> bool:
    """Whether a full name of the article can stand for "the diplomat" or "the Russian leader"."""
    run = [token.folded for token in words.tokens if token.capital]
    is_name = len(run) > 1 and run[0] in reading.runs.get(run[-1], ())
    return is_name and is_role(detected, reading.lexicon)


def _stands_in_article(words: Passage, reading: Reading) -> bool:
    """Whether every name of a speaker, and half of its other words, stand in the article."""
    tokens = [token for token in words.tokens if token.is_content]
    known = [token for token in tokens if token.folded in reading.everywhere]
    missing_names = [token for token in tokens if token.capital and token not in known]
    return bool(known) and not missing_names and len(known) * 2 >= len(tokens)
