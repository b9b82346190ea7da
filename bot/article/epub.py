"""EPUB → paragraphs: its chapters in their order, each read as a page is. Runs in a worker."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from bot.article.archives import MAX_CHARACTERS, Archive, Unpacked
from bot.article.body import visible_text
from bot.article.charset import decode_text
from bot.article.complexity import refuse_heavy
from bot.article.hidden import parse_html, strip_hidden
from bot.errors import FileLocked, FileUnsupported

MAX_CHAPTERS = 200
_STYLE_BYTES = 200_000  # of a chapter's style sheets
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html"})
_DC = "{http://purl.org/dc/elements/1.1/}"
_FONT_LOCKS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
"""How fonts are scrambled in books that anyone may read."""

_FURNITURE = frozenset({"toc", "landmarks", "page-list", "cover", "copyright-page", "index", "titlepage"})


def read_epub(data: bytes) -> Unpacked:
    """Read an EPUB; raises FileBloated, FileLocked, FileUnsafe, FileUnsupported or PageTooComplex."""
    archive = Archive(data)
    _refuse_locked(archive)
    path = _package_path(archive)
    package = archive.read_xml(path)
    paragraphs: list[str] = []
    hidden: list[str] = []
    title: str | None = None
    is_cut = False
    for number, name in enumerate(_chapters(package, posixpath.dirname(path), archive)):
        if number >= MAX_CHAPTERS or sum(map(len, paragraphs)) > MAX_CHARACTERS:
            is_cut = True
            break
        tree = parse_html(decode_text(_read_chapter(archive, name)))
        if tree is None:
            continue
        _put_styles(tree, archive, posixpath.dirname(name))
        hidden.append(strip_hidden(tree).text)
        heading = _take_heading(tree)
        if paragraphs and heading:
            paragraphs.append(heading)  # of a later chapter, which stands where it begins
        title = title or (heading if not paragraphs else None)
        _drop_furniture(tree)
        paragraphs += [line for line in visible_text(tree).split("\n\n") if line]
    return Unpacked(
        paragraphs=paragraphs,
        title=title or next(_stated(package, "title"), None),
        site=next(_stated(package, "publisher"), None),
        authors=tuple(_stated(package, "creator")),
        is_cut=is_cut,
        hidden="\n".join(filter(None, hidden)),
    )


def _refuse_locked(archive: Archive) -> None:
    """Raise FileLocked when more than fonts is encrypted."""
    if _ENCRYPTION not in archive:
        return
    methods = archive.read_xml(_ENCRYPTION).iter("{http://www.w3.org/2001/04/xmlenc#}EncryptionMethod")
    if any(method.get("Algorithm") not in _FONT_LOCKS for method in methods):
        raise FileLocked("encrypted chapters")


def _package_path(archive: Archive) -> str:
    """Return the name of the part that lists the chapters."""
    for element in archive.read_xml(_CONTAINER).iter("{*}rootfile"):
        return element.get("full-path", "")
    raise FileUnsupported("no package")


def _chapters(package: etree._Element, folder: str, archive: Archive) -> Iterator[str]:
    """Yield the names of the parts to read, in order, without the table of contents."""
    items = {
        item.get("id", ""): posixpath.normpath(posixpath.join(folder, _path(item.get("href", ""))))
        for item in package.iter("{*}item")
        if item.get("media-type") in _PAGES and "nav" not in item.get("properties", "").split()
    }
    for reference in package.iter("{*}itemref"):
        name = items.get(reference.get("idref", ""), "")
        if name in archive and reference.get("linear") != "no":
            yield name


def _path(href: str) -> str:
    return unquote(urlsplit(href).path)


def _read_chapter(archive: Archive, name: str) -> bytes:
    data = archive.read(name)
    refuse_heavy(data.decode("utf-8", "replace"))
    return data


def _put_styles(tree: html.HtmlElement, archive: Archive, folder: str) -> None:
    """Put a chapter's style sheets into it, since they may hide text."""
    left = _STYLE_BYTES
    for link in list(tree.iter("link")):
        name = posixpath.normpath(posixpath.join(folder, _path(link.get("href", ""))))
        if "stylesheet" in link.get("rel", "").lower() and name in archive:
            source = archive.read(name)[:left]
            left -= len(source)
            style = html.Element("style")
            style.text = "".join(filter(lambda sign: sign >= " ", source.decode("utf-8", "replace")))
            link.addprevious(style)


def _take_heading(tree: html.HtmlElement) -> str | None:
    """Take the first headline out of a chapter, and return it."""
    for heading in tree.iter("h1", "h2"):
        text = " ".join(heading.text_content().split())
        if text:
            heading.drop_tree()
            return text
    return None


def _drop_furniture(tree: html.HtmlElement) -> None:
    """Take lists of contents and the like out of a chapter."""
    for element in list(tree.iter("nav", "section", "div", "body")):
        kinds = {element.get(name, "") for name in ("epub:type", "type", "role")}
        marked = {kind.removeprefix("doc-") for kind in " ".join(kinds).split()}
        if element.getparent() is not None and (element.tag == "nav" or marked & _FURNITURE):
            element.drop_tree()


def _stated(package: etree._Element, name: str) -> Iterator[str]:
    """Yield what the package states under a name of the Dublin Core."""
    for element in package.iter(f"{_DC}{name}"):
        text = " ".join("".join(element.itertext()).split())
        if text:
            yield text[:300]
