"""Who was not heard: parties that are accused or spoken for and never speak."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.flags import Finding
from bot.briefing.rules.lexicon import fold
from bot.briefing.rules.names import Name, capitalised_runs, is_person, strip_titles
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.reading import Passage

_MAX_PARTIES = 2
_STEM = 5


def find_absent(
    passages: Sequence[Passage],
    assertions: Mapping[int, Sequence[Assertion]],
    findings: Sequence[Finding],
    pack: Pack,
) -> tuple[str, ...]:
    """Name the parties of flagged assertions that nobody quotes, and independent voices if there is none."""
    if not findings:
        return ()
    speakers = [a.speaker for of_sentence in assertions.values() for a in of_sentence if a.speaker]
    heard = {_key(word) for speaker in speakers for word in speaker.name.split()}
    missing = list(_unheard_parties(passages, findings, heard, pack))
    accused = any(finding.kind == "allegation" for finding in findings)
    if accused and not any(p.has("denial") for p in passages if not p.hostile):
        missing.append(pack.phrases.accused)
    if not any(speaker.standing in {"neutral", "document"} for speaker in speakers):
        missing.append(pack.phrases.independent)
    return tuple(missing)


def _unheard_parties(
    passages: Sequence[Passage], findings: Sequence[Finding], heard: set[str], pack: Pack
) -> Iterable[str]:
    """Name the parties that have a side in the text, stand in flagged sentences and do not speak."""
    sides = _sides(passages, pack)
    if not sides:
        return ()
    counts = Counter(_key(name.text) for p in passages if not p.hostile for name in _names(p, pack))
    wanted = Counter(
        _key(name.text)
        for finding in findings
        for name in _names(finding.assertion.passage, pack)
        if finding.span.holds(name.span) or finding.assertion.speaker is None
    )
    parties = [
        key for key, _ in wanted.most_common() if key in sides and key not in heard and counts[key] > 1
    ]
    return [sides[key] for key in parties][:_MAX_PARTIES]


def _key(text: str) -> str:
    """Reduce "Ukrainian" and "Ukraine" to what they share."""
    return fold(text.split(maxsplit=1)[0])[:_STEM]


def _names(passage: Passage, pack: Pack) -> Iterable[Name]:
    return (
        name
        for run in capitalised_runs(passage.text, passage.span.start, pack)
        if not is_person(name := strip_titles(run, pack), pack) and len(name.text) > 3
    )


def _sides(passages: Sequence[Passage], pack: Pack) -> dict[str, str]:
    """Find how the text words each party: "the Ukrainian side", "the Meldanian delegation"."""
    found: dict[str, str] = {}
    for passage in passages:
        for hit in passage.find("sides") if not passage.hostile else ():
            before = passage.text[: hit.start - passage.span.start]
            name = re.search(r"([^\W\d_]\w+)\s+$", before)
            if name and name.group(1)[0].isupper() and fold(name.group(1)) not in pack.stop_words:
                found.setdefault(_key(name.group(1)), pack.phrases.side.replace("{party}", name.group(1)))
    return found
