"""Numbers in words: "twenty-five", "two hundred and five thousand", "двадцать пять"."""

from bot.briefing.checks.passage import Passage

AMBIGUOUS_SCALES = frozenset({"m", "k"})
"""Scales that may be units, or names."""
_JOINERS = frozenset({"and", "und", "y", "et"})
_PERCENT_OF_PART = 100.0


def read_number_words(passage: Passage, position: int) -> tuple[frozenset[float], int, bool] | None:
    """Read "twenty-five", "two hundred and five thousand", "двадцать пять" from `position` on."""
    value = _word_value(passage, position)
    if value is None or _is_unit_of_digits(passage, position):
        return None
    last, done, total = position, 0.0, value
    while (following := _next_part(passage, last)) is not None:
        place, more, is_scale = following
        if is_scale:
            done, total = (done, total * more) if more == 100 else (done + total * more, 0.0)
        elif total == 0 and more < 1000:
            total = more
        elif (compound := _compound(total, more, passage.tokens[place].folded)) is not None:
            total = compound
        else:
            break
        last = place
    total += done
    values = {total, total * _PERCENT_OF_PART} if total < 1 else {total}
    return frozenset(values), last, total == 1


def _is_unit_of_digits(passage: Passage, position: int) -> bool:
    """Whether a word such as "second" is the unit in "22-second"."""
    before = passage.tokens[position - 1] if position else None
    return before is not None and before.kind == "number" and passage.tokens[position].start - before.end == 1


def _next_part(passage: Passage, last: int) -> tuple[int, float, bool] | None:
    """Return place and value of the word that continues a number, and whether it multiplies."""
    place = last + 1
    tokens = passage.tokens
    if place + 1 < len(tokens) and tokens[place].folded in _JOINERS:
        place += 1
    if place >= len(tokens) or not passage.is_joined(last, place):
        return None
    value = _word_value(passage, place)
    if value is None:
        return None
    is_scale = "scale" in tokens[place].names
    return None if is_scale and place > last + 1 else (place, value, is_scale)


def _compound(total: float, more: float, word: str) -> float | None:
    """Return `total` and `more` as one number, or None when they are two."""
    if total == 4 and word.startswith("vingt"):
        return 80
    if total in {60, 80} and 10 <= more < 20:
        return total + more
    if 20 <= total % 100 < 100 and total % 10 == 0 and 0 < more < 10:
        return total + more
    if total >= 100 and total % 100 == 0 and 0 < more < 100:
        return total + more
    return None


def _word_value(passage: Passage, position: int) -> float | None:
    token = passage.tokens[position]
    if token.kind != "word":
        return None
    for label in token.labels:
        if label.name == "number":
            is_noun = (
                token.capital and position > 0 and passage.lexicon.language == "de" and label.value == "8"
            )
            is_means = label.value == "0.5" and passage.words[position + 1 : position + 2] == ["de"]
            return None if is_noun or is_means else float(label.value)
        if label.name == "scale" and token.text not in AMBIGUOUS_SCALES:
            return float(label.value)
    return None
