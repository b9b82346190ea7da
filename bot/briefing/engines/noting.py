"""Sources of context in one request, and the notes that come back."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.article.models import Article
from bot.briefing.engines.layout import Layout, defuse, make_marker, name_language, quote_line
from bot.briefing.engines.reply import as_object
from bot.briefing.models import Brief
from bot.briefing.noting import DraftNote, DraftNotes
from bot.errors import EngineGarbled
from prompts import Prompt

MOST_SENTENCES: Final = 6
"""Of a source: its lead, which the notes are to be written from."""

_LONGEST_SENTENCE = 600
_MOST_NOTES = 8
_MOST_CITED = 4
_LONGEST_NOTE = 700


def lay_out_notes(prompt: Prompt, sources: Sequence[Article], brief: Brief, marker_key: bytes) -> Layout:
    """Lay out sources and flags: no stranger's line can pretend to be another one, or to end them all."""
    marker = make_marker(brief.article, marker_key)
    flags = (f"flag {number}: {quote_line(flag.quote)}" for number, flag in enumerate(brief.flags, 1))
    user = prompt.render_user(
        marker=marker,
        headline=quote_line(brief.headline),
        flags="\n".join(flags) or "no flags",
        sources="\n".join(_write_sources(sources)),
        language=name_language(brief.language),
    )
    return Layout(system=prompt.system, user=user, schema=prompt.schema, sentences_read=0, marker=marker)


def _write_sources(sources: Sequence[Article]) -> Iterator[str]:
    """Yield the sources line by line."""
    for number, source in enumerate(sources, 1):
        named = f"title {quote_line(source.title)}, publisher {quote_line(source.site)}"
        yield f"source {number}: {named}, date {quote_line(source.published)}"
        for sentence in source.sentences[:MOST_SENTENCES]:
            text = defuse(source.text[sentence.start : sentence.end])[:_LONGEST_SENTENCE]
            yield f"[{number}.{sentence.number}] {text}"


def read_notes(answer: object) -> DraftNotes:
    """Read what a model wrote; raises EngineGarbled when there is no list of notes, nor an empty one.

    A note that is none, or cites nothing, is left out.
    """
    listed = as_object(answer).get("notes")
    if not isinstance(listed, list):
        raise EngineGarbled("no notes, nor that there are none")
    return DraftNotes(notes=tuple(note for item in listed[:_MOST_NOTES] if (note := _read_note(item))))


def _read_note(item: object) -> DraftNote | None:
    fields = as_object(item)
    text, source, flag = fields.get("text"), fields.get("source"), fields.get("flag")
    cited = fields.get("sentences")
    sentences = tuple(filter(_is_number, cited[:_MOST_CITED])) if isinstance(cited, list) else ()
    if not isinstance(text, str) or len(text) > _LONGEST_NOTE or not _is_number(source) or not sentences:
        return None
    flag = flag if _is_number(flag) else None
    return DraftNote.model_validate(
        {"text": defuse(text), "source": source, "sentences": sentences, "flag": flag}
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000
