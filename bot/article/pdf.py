"""PDF → paragraphs. Runs in a worker, whose limits of time and memory hold for what the caps let through."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from bot.errors import FileLocked, FileTooLarge, FileUnsupported

MAX_PAGES = 60
"""Longer files are books, not articles; a page takes some 30 ms."""

MAX_BYTES = 20 << 20
MAX_CHARACTERS = 400_000
"""Some 60,000 words; what follows is not read."""

_REPEATED = 0.5  # of the pages, on which a line at the edge is a running head
_EDGE_LINES = 2
_FULL_LINE = 0.7  # of the longest lines, from which on a line runs on into the next
_SAME_SIZE = 0.5  # points
_HYPHEN = re.compile(r"(?<=\w)[-\u00ad\u2010]$")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”“»’)\]]*$")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|página|pagina|стр\.?|с\.)?\s*\d{1,4}(?:\s*(?:/|of|von|de|sur|из|з)\s*\d{1,4})?",
    re.IGNORECASE,
)

_Line = tuple[str, float]
"""A line and the size of its letters, in points."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it logs what it reads


def read_pdf(data: bytes) -> tuple[list[str], str | None, bool]:
    """Return a PDF's paragraphs, its title if it states one, and whether pages were left out.

    Raises FileTooLarge, FileLocked or FileUnsupported.
    """
    if len(data) > MAX_BYTES:
        raise FileTooLarge(f"{len(data)} bytes", limit_mb=MAX_BYTES >> 20)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileLocked("encrypted")
        count = len(reader.pages)
        pages = list(_read_pages(reader))
        title = str(reader.metadata.title or "") if reader.metadata else ""
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
    ) as exc:
        # A broken file surfaces as any of these, wherever pypdf meets what it did not expect.
        raise FileUnsupported(f"PDF: {type(exc).__name__}") from exc
    paragraphs = list(_paragraphs(_drop_running_heads(pages)))
    return paragraphs, " ".join(title.split()) or None, count > len(pages)


def _read_pages(reader: PdfReader) -> Iterator[list[_Line]]:
    """Yield each page's lines, up to the caps."""
    characters = 0
    for number, page in enumerate(reader.pages):
        if number >= MAX_PAGES or characters > MAX_CHARACTERS:
            return
        lines = _read_lines(page)
        characters += sum(len(line) for line, _ in lines)
        yield lines


def _read_lines(page: PageObject) -> list[_Line]:
    """Return a page's lines, each with the size of its letters."""
    pieces: list[tuple[str, float]] = []

    def visit(text: str, _cm: list[float], tm: list[float], _font: object, size: float) -> None:
        pieces.append((text, round(abs(size * (tm[3] or tm[1] or 1)), 1)))

    page.extract_text(visitor_text=visit)
    lines: list[_Line] = [("", 0.0)]
    for text, size in pieces:
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append(("", 0.0))
            line, largest = lines[-1]
            lines[-1] = (line + part, max(largest, size) if part.strip() else largest)
    return [(" ".join(line.split()), size) for line, size in lines]


def _drop_running_heads(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Take page numbers, and lines that return at the edge of page after page, off every page."""
    edges = Counter(
        _shape(line)
        for page in pages
        for line in {line for line, _ in [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]] if line}
    )
    repeated = {shape for shape, count in edges.items() if len(pages) > 2 and count > _REPEATED * len(pages)}
    return [
        [line for line in page if _shape(line[0]) not in repeated and not _PAGE_NUMBER.fullmatch(line[0])]
        for page in pages
    ]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _paragraphs(pages: list[list[_Line]]) -> Iterator[str]:
    """Join lines into paragraphs.

    One ends where the letters change their size, and at a sentence's end before an empty line or well
    before the margin.
    """
    lengths = sorted(len(line) for page in pages for line, _ in page if line)
    full = _FULL_LINE * lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    paragraph, last_size = "", 0.0
    for line, size in (line for page in pages for line in page):
        is_end = not line and _SENTENCE_END.search(paragraph)
        if paragraph and (is_end or (line and abs(size - last_size) > _SAME_SIZE)):
            yield paragraph
            paragraph = ""
        if not line:
            continue
        paragraph, last_size = _join(paragraph, line), size
        if len(line) < full and _SENTENCE_END.search(line):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


def _join(paragraph: str, line: str) -> str:
    """Add a line to a paragraph, and put a word together that the margin broke."""
    if _HYPHEN.search(paragraph) and line[:1].islower():
        return _HYPHEN.sub("", paragraph) + line
    return f"{paragraph} {line}".strip()
