"""What a reader of the page does not see, taken out before anything is read from it.

Hidden text is where instructions to language models are put. Attributes, inline styles and the page's own
style sheets are understood; scripts and outside style sheets are not run or fetched. What a reader can open
with a tap, such as <details>, counts as seen.
"""

import re
from dataclasses import dataclass

from lxml import etree, html

from bot.article.contrast import are_alike, read_colour
from bot.article.invisible import strip_invisible
from bot.article.orders import gives_orders
from bot.article.smuggled import decode_smuggled
from bot.article.style import TINY_PX, Style, read_style
from bot.article.stylesheets import StyleSheets

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that lxml hands out and does not take back."""
_UNSEEN_TAGS = (
    "applet audio canvas datalist del embed frame frameset head iframe input link meta noembed noframes "
    "noscript object option param rp script select source style svg template textarea title track video"
)
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_MACHINE = frozenset(
    [
        "head",
        "link",
        "meta",
        "script",
        "source",
        "style",
        "svg",
        "param",
        "track",
        "input",
        "noscript",
        "title",
        "select",
        "option",
    ]
)
"""Unseen tags that every page has; what is in them is no attempt to hide text."""

_ANCESTORS = 30  # looked at for a background; deeper nesting is not worth quadratic time
_REVEALED = re.compile(r"\$R[A-Z]\(\s*[\"'][A-Z]:\w+[\"']\s*,\s*[\"'](S:\w+)[\"']")
"""How React's server rendering puts a part of the page that arrives late, hidden, in its place."""

_SCRIPTED_SHARE = 0.3
_LETTERS = re.compile(r"\w+")
_TEXT_CHARACTERS = 20_000  # kept of what was hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What was taken out.

    Elements that held text, how many words those were, and the text itself; characters that show nothing.
    """

    elements: int
    words: int
    text: str
    characters: int


def strip_hidden(tree: html.HtmlElement) -> Hidden:
    """Remove from the tree, in place, all that is not seen; raises PageTooComplex."""
    doomed = _find_hidden(tree)
    inside = set(doomed)
    said: list[str] = []
    for element in doomed:
        is_text = not isinstance(element.tag, str) or element.tag not in _MACHINE
        if is_text and not any(outer in inside for outer in element.iterancestors()):
            said.append(_text_of(element))
    for element in doomed:
        _remove(element)
    said = [text for text in said if _LETTERS.search(text)]
    spelled, characters = _strip_characters(tree)
    said += spelled
    words = sum(len(text.split()) for text in said)
    text = "\n".join(said)[:_TEXT_CHARACTERS]
    return Hidden(elements=len(said), words=words, text=text, characters=characters)


def _find_hidden(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """Return all that is not seen.

    A style sheet's rule that hides a good part of the page's running text hides it only until a script has
    run, or from those who have not paid: that text is the outlet's own, and stays unless it gives orders.
    """
    view = _View(tree)
    doomed = [one for one in tree.iter() if not isinstance(one.tag, str) or view.is_hidden(one)]
    by_rule: dict[int, list[html.HtmlElement]] = {}
    for element in doomed:
        rule = view.rule_behind(element)
        if rule is not None:
            by_rule.setdefault(rule, []).append(element)
    whole = _running(tree)
    shown: set[html.HtmlElement] = set()
    for elements in by_rule.values():
        if sum(map(_running, elements)) > _SCRIPTED_SHARE * whole:
            shown.update(element for element in elements if not gives_orders(_text_of(element)))
    return [element for element in doomed if element not in shown]


def _running(element: html.HtmlElement) -> int:
    """Return how many characters of running text an element holds."""
    if not isinstance(element.tag, str):
        return 0
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _strip_characters(tree: html.HtmlElement) -> tuple[list[str], int]:
    """Take characters that show nothing out of a tree's text; return what they spelled, and how many."""
    spelled: list[str] = []
    total = 0
    for element in tree.iter():
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text:
                visible, dropped = strip_invisible(text)
                setattr(element, name, visible)
                total += dropped
                said = decode_smuggled(text) if dropped else ""
                if said:
                    spelled.append(said)
    return spelled, total


def _text_of(element: html.HtmlElement) -> str:
    """Return an element's own text, or a comment's."""
    if not isinstance(element.tag, str):
        return element.text or ""
    return " ".join("".join(element.itertext(tag=etree.Element)).split())


def _remove(element: html.HtmlElement) -> None:
    """Take an element out and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


class _View:
    """What of one page is in sight."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self._sheets = StyleSheets(tree)
        scripts = "".join(script.text or "" for script in tree.iter("script"))
        self._revealed = frozenset(_REVEALED.findall(scripts))
        self._styles: dict[html.HtmlElement, Style] = {}

    def is_hidden(self, element: html.HtmlElement) -> bool:
        """Tell whether an element is out of a reader's sight."""
        if element.tag in _UNSEEN:
            return True
        if element.text is None and len(element) == 0:
            return False
        style = self._style(element)
        return (
            self._is_hidden_by_attribute(element, style)
            or (style.hides and not self._is_hidden_for_now(element, style))
            or (bool(style.declared) and not style.hides and self._is_illegible(element, style))
        )

    def _is_hidden_by_attribute(self, element: html.HtmlElement, style: Style) -> bool:
        """Tell whether markup alone puts an element out of sight."""
        if element.tag == "dialog":
            return "open" not in element.attrib
        if element.get("aria-hidden", "").strip().lower() == "true":
            return not _holds_article(element)
        is_marked = "hidden" in element.attrib or "popover" in element.attrib
        return is_marked and not self._is_shown(element, style)

    def _is_hidden_for_now(self, element: html.HtmlElement, style: Style) -> bool:
        """Tell whether what a style hides will be seen: the page as a whole, and what fades in."""
        return element.tag in ("html", "body") or self._fades_in(element, style)

    def rule_behind(self, element: html.HtmlElement) -> int | None:
        """Return the number of the rule without which a hidden element would be seen."""
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or "hidden" in element.attrib:
            return None
        own = read_style(element.get("style", ""))
        return None if own.hides or own.may_blur else self._sheets.hiding_rule(element)

    def _style(self, element: html.HtmlElement) -> Style:
        """Return what is declared for an element by old attributes, rules and its own style."""
        style = self._styles.get(element)
        if style is None:
            hints = (
                {"color": element.get("color") or element.get("text")}
                if element.tag in ("font", "body")
                else {}
            )
            hints["background"] = element.get("bgcolor")
            old = {name: value.strip().lower() for name, value in hints.items() if value}
            style = Style(declared=old).overlaid(self._sheets.style_of(element))
            style = self._styles[element] = style.overlaid(read_style(element.get("style", "")))
        return style

    def _is_shown(self, element: html.HtmlElement, style: Style) -> bool:
        """Tell whether something outranks the attribute that hides an element."""
        if element.get("id") in self._revealed:
            return True
        return element.get("hidden") != "until-found" and style.get("display") not in (None, "none")

    def _fades_in(self, element: html.HtmlElement, style: Style) -> bool:
        """Tell whether an element only begins unseen; what its own attribute makes unseen stays so."""
        return "opacity" not in element.get("style", "").lower() and style.fades_in

    def _is_illegible(self, element: html.HtmlElement, style: Style) -> bool:
        """Tell whether text is too small, or of the colour of its background."""
        if style.is_tiny:
            inner = (self._style(one).size_px for one in element.iterdescendants(etree.Element))
            return not any(size is not None and size >= TINY_PX for size in inner)
        colour = read_colour(style.get("-webkit-text-fill-color") or style.get("color"))
        own = style.get("background-color") or style.get("background")
        if colour is None and own is None:
            return False
        colour = colour or self._inherited(element, "color")
        if colour is None or (own is not None and read_colour(own) is None):
            return False
        background = read_colour(own) if own is not None else None
        if background is None or background[3] < 0.1:
            if self._has_picture(element):
                return False
            background = self._inherited(element, "background-color", "background")
        return are_alike(colour, background)

    def _inherited(self, element: html.HtmlElement, *names: str) -> tuple[float, float, float, float] | None:
        """Return the nearest colour that an ancestor declares."""
        for _, ancestor in zip(range(_ANCESTORS), element.iterancestors(), strict=False):
            style = self._style(ancestor)
            for name in names:
                colour = read_colour(style.get(name))
                if colour is not None and colour[3] >= 0.1:
                    return colour
        return None

    def _has_picture(self, element: html.HtmlElement) -> bool:
        """Tell whether text stands on a picture or on something else than a plain colour."""
        for _, ancestor in zip(range(_ANCESTORS), element.iterancestors(), strict=False):
            style = self._style(ancestor)
            own = style.get("background-color") or style.get("background") or style.get("background-image")
            if own is not None and own not in ("none", "inherit", "initial", "unset"):
                return read_colour(own) is None or style.get("background-image") is not None
        return False


def _holds_article(element: html.HtmlElement) -> bool:
    """Tell whether this is the page itself, which an open dialog may have marked as hidden for the moment."""
    return (
        element.tag in ("html", "body", "main", "article")
        or next(element.iter("article", "main"), None) is not None
    )


def parse_html(source: str) -> html.HtmlElement | None:
    """Parse a page without touching the network; None when there is nothing to parse."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None
    for element in tree.iter():
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text and _NO_XML.search(text):
                setattr(element, name, _NO_XML.sub(" ", text))
    return tree
