"""Word processors' files → paragraphs: DOCX and ODT. Runs in a worker.

Text that the writer's program does not show is left out: marked as hidden, deleted with changes tracked,
white, or too small to see.
"""

from collections import ChainMap
from collections.abc import Iterator, Mapping

from lxml import etree

from bot.article.archives import MAX_CHARACTERS, Archive, Unpacked
from bot.article.models import count_words
from bot.errors import FileUnsupported

MAX_PARAGRAPHS = 20_000
_CELL_WORDS = 8  # a table's cell of fewer is a figure or a label
_TINY_HALF_POINTS = 4
_DEPTH = 20  # of styles that rest on each other

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_OFFICE_DOCUMENT = "/officeDocument"
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText"})
_BREAKS = frozenset({"tab", "br", "cr", "noBreakHyphen"})
_TITLES = ("title", "heading 1")

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_OPEN_UNSEEN = frozenset(
    {"tracked-changes", "hidden-text", "hidden-paragraph", "note", "annotation", "ruby-text"}
)

Look = Mapping[str, bool]
"""What is stated of some letters: whether they are "hidden", "white" or "tiny"."""


def read_docx(data: bytes) -> Unpacked:
    """Read a DOCX; raises FileBloated, FileLocked, FileUnsafe or FileUnsupported."""
    archive = Archive(data)
    main = _main_part(archive)
    root = archive.read_xml(main)
    if etree.QName(root).localname != "document":
        raise FileUnsupported("no text document")
    styles_part = main.rpartition("/")[0] + "/styles.xml"
    styles = _Styles(archive.read_xml(styles_part) if styles_part in archive else None)
    pairs = [(name, text, hidden) for name, text, hidden in _docx_paragraphs(root, styles) if text or hidden]
    shown = [(name, text) for name, text, _ in pairs if text]
    title = next((text for wanted in _TITLES for name, text in shown[:20] if name == wanted), None)
    stated, authors = _core_properties(archive)
    return Unpacked(
        paragraphs=[text for _, text in shown if text != title],
        title=title or stated,
        authors=authors,
        is_cut=sum(len(text) for _, text in shown) > MAX_CHARACTERS,
        hidden="\n".join(hidden for _, _, hidden in pairs if hidden),
    )


def _main_part(archive: Archive) -> str:
    """Return the name of the part that holds the text."""
    if "_rels/.rels" not in archive:
        return "word/document.xml"
    for relation in archive.read_xml("_rels/.rels"):
        if relation.get("Type", "").endswith(_OFFICE_DOCUMENT):
            return relation.get("Target", "").lstrip("/")
    raise FileUnsupported("no main part")


def _core_properties(archive: Archive) -> tuple[str | None, tuple[str, ...]]:
    """Return the title and the author that the document states; the title is mostly a file name."""
    if "docProps/core.xml" not in archive:
        return None, ()
    root = archive.read_xml("docProps/core.xml")
    title = " ".join((root.findtext(f"{_DC}title") or "").split())
    authors = (root.findtext(f"{_DC}creator") or "").split(";")
    return title or None, tuple(name.strip() for name in authors if name.strip())


class _Styles:
    """How a document's styles look, by their ids."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = [] if root is None else [one for one in root if _local(one) == "style"]
        self._styles = {_value(one, "styleId"): one for one in styles}

    def name(self, identifier: str) -> str:
        """Return a style's name, which is English in every language's program."""
        style = self._styles.get(identifier)
        return _child_value(style, "name").lower() if style is not None else ""

    def look(self, identifier: str) -> Look:
        """Return what a style and those it rests on state of its letters."""
        looks: list[dict[str, bool]] = []
        for _ in range(_DEPTH):
            style = self._styles.get(identifier)
            if style is None:
                break
            looks.append(_look(_child(style, "rPr")))
            identifier = _child_value(style, "basedOn")
        return ChainMap(*looks)


def _docx_paragraphs(root: etree._Element, styles: _Styles) -> Iterator[tuple[str, str, str]]:
    """Yield each paragraph's style name, what of it is seen, and what is not, up to the caps."""
    on_colour = any(_local(one) == "background" for one in root)
    characters = 0
    for number, paragraph in enumerate(one for one in root.iter() if _local(one) == "p"):
        if number >= MAX_PARAGRAPHS or characters > MAX_CHARACTERS:
            return
        identifier = _child_value(_child(paragraph, "pPr"), "pStyle")
        base = styles.look(identifier)
        grounds = (
            _child(holder, f"{_local(holder)}Pr") for holder in (paragraph, *paragraph.iterancestors())
        )
        on_ground = on_colour or any(_is_coloured(_child(ground, "shd")) for ground in grounds)
        seen: list[str] = []
        unseen: list[str] = []
        for run in _runs(paragraph):
            own = _child(run, "rPr")
            look = ChainMap(_look(own), dict(styles.look(_child_value(own, "rStyle"))), dict(base))
            is_hidden = look.get("hidden") or look.get("tiny") or (look.get("white") and not on_ground)
            (unseen if is_hidden else seen).append(_run_text(run))
        text = " ".join("".join(seen).split())
        characters += len(text)
        in_table = any(_local(holder) == "tbl" for holder in paragraph.iterancestors())
        is_cell = in_table and count_words(text) < _CELL_WORDS
        yield styles.name(identifier), "" if is_cell else text, " ".join("".join(unseen).split())


def _runs(element: etree._Element) -> Iterator[etree._Element]:
    """Yield a paragraph's runs, inserted and linked ones too, without those of a text box in it."""
    for child in element:
        name = _local(child)
        if name == "r":
            yield child
        elif name not in _UNSEEN and name != "p":
            yield from _runs(child)


def _run_text(run: etree._Element) -> str:
    return "".join(
        (one.text or "") if _local(one) == "t" else " " if _local(one) in _BREAKS else "" for one in run
    )


def _look(properties: etree._Element | None) -> dict[str, bool]:
    """Return what a run's or a style's properties state of the letters."""
    look: dict[str, bool] = {}
    for one in () if properties is None else properties:
        name, value = _local(one), _value(one, "val").lower()
        if name in ("vanish", "specVanish", "webHidden"):
            look["hidden"] = value not in ("0", "false", "off")
        elif name == "color":
            look.setdefault("white", value == "ffffff")
        elif name == "highlight" or _is_coloured(one):
            look["white"] = False  # white letters on a colour are seen
        elif name == "sz" and value.isdecimal():
            look["tiny"] = int(value[:6]) <= _TINY_HALF_POINTS
    return look


def _is_coloured(shading: etree._Element | None) -> bool:
    """Tell whether an element is a shading in a colour, of which a page's own white is none."""
    if shading is None or _local(shading) != "shd":
        return False
    return _value(shading, "fill").lower() not in ("", "auto", "ffffff")


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else next((one for one in element if _local(one) == name), None)


def _child_value(element: etree._Element | None, name: str) -> str:
    child = _child(element, name)
    return "" if child is None else _value(child, "val")


def _value(element: etree._Element, name: str) -> str:
    """Return an attribute in either of the two namespaces that Word writes."""
    return element.get(_W + name) or element.get(_STRICT_W + name) or ""


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_odt(data: bytes) -> Unpacked:
    """Read an ODT; raises FileBloated, FileLocked, FileUnsafe or FileUnsupported."""
    archive = Archive(data)
    root = archive.read_xml("content.xml")
    unseen_styles = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for text in style.iter(f"{_STYLE}text-properties")
        if text.get(f"{_TEXT}display") == "none" or text.get(f"{_FO}color", "").lower() == "#ffffff"
    }
    paragraphs: list[str] = []
    hidden: list[str] = []
    title = None
    for number, block in enumerate(root.iter(f"{_TEXT}p", f"{_TEXT}h")):
        if number >= MAX_PARAGRAPHS or sum(map(len, paragraphs)) > MAX_CHARACTERS:
            break
        if any(_local(holder) in _OPEN_UNSEEN for holder in block.iterancestors()):
            continue
        seen = " ".join("".join(_open_text(block, unseen_styles, hidden)).split())
        is_title = title is None and len(paragraphs) < 20 and _local(block) == "h"
        if is_title and seen:
            title = seen
        elif seen:
            paragraphs.append(seen)
    return Unpacked(paragraphs=paragraphs, title=title, hidden="\n".join(hidden))


def _open_text(element: etree._Element, unseen_styles: set[str], hidden: list[str]) -> Iterator[str]:
    """Yield what is seen of an element, and put the rest into `hidden`."""
    if _local(element) in _OPEN_UNSEEN or element.get(f"{_TEXT}style-name", "") in unseen_styles:
        hidden.append(" ".join("".join(element.itertext()).split()))
        return
    yield " " if _local(element) in ("tab", "line-break", "s") else element.text or ""
    for child in element:
        yield from _open_text(child, unseen_styles, hidden)
        yield child.tail or ""
