"""What a reader of the page does not see, taken out before anything is read from it.

Hidden text is where instructions to language models are put. Attributes, inline styles and simple rules of
the page's own style sheets are understood; scripts and outside style sheets are not run or fetched.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

_UNSEEN_TAGS = (
    "applet audio canvas datalist embed frame frameset head iframe input link meta noembed noframes "
    "noscript object option param script select source style svg template textarea track video"
)
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_ANCESTORS = 30  # looked at for a background; deeper nesting is not worth quadratic time
_CSS_BYTES = 400_000
_RULES_PER_NAME = 20  # a class with more is not worth quadratic time
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?([.#])(-?[_a-z][\w-]*)", re.IGNORECASE)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_FADES = re.compile(r"\b(?:transition|animation)\b")
_HIDING = re.compile(
    r"(?:^|;)(?:"
    r"display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
    r"|opacity:0*(?:\.0*)?(?:%|;|$)"
    r"|font-size:0*(?:[0-2](?:\.\d*)?|\.\d+)(?:px|pt)?(?:;|$)|font-size:0*\.?0*(?:em|rem|%)(?:;|$)"
    r"|text-indent:-\d{3,}|(?:left|right|top|bottom):-\d{3,}(?:px|em|rem|%|vw)|margin(?:-left|-top)?:-\d{4,}px"
    r"|clip:rect\((?:0|1px)[\d,px]*\)|clip-path:(?:inset\((?:[5-9]\d|100)%|circle\(0|polygon\(0(?:0|px|,)*\))"
    r"|transform:(?:[^;]*\))?(?:scale[xy3d]*\(0?(?:\.0+)?[,)]|translate[xy]?\(-\d{4,})"
    r"|color:transparent|color:rgba\([^)]*,0?(?:\.0+)?\)|color:#[0-9a-f]{6}00(?:;|$)|color:hsla\([^)]*,0\)"
    r")"
)
_COLLAPSED = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|$)")
_CLIPPED = re.compile(r"(?:^|;)overflow(?:-[xy])?:(?:hidden|clip)")
_COLOUR = re.compile(r"(?:^|;)color:([^;]+)")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;]+)")
_WHITES = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)", "snow", "#fefefe", "#fffffe"})


def strip_hidden(tree: html.HtmlElement) -> int:
    """Remove from the tree, in place, all that is not seen; return how many elements that were."""
    rules = _read_rules(tree)
    doomed = [element for element in tree.iter() if _is_hidden(element, rules)]
    for element in doomed:
        _remove(element)
    return len(doomed)


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


def _is_hidden(element: html.HtmlElement, rules: "_Rules") -> bool:
    """Tell whether an element is out of a reader's sight."""
    if not isinstance(element.tag, str):
        return True  # a comment or a processing instruction
    if element.tag in _UNSEEN or "hidden" in element.attrib:
        return True
    if element.tag == "dialog" and "open" not in element.attrib:
        return True
    if element.get("aria-hidden", "").strip().lower() == "true" and not _holds_article(element):
        return True
    style = _normalise(element.get("style", ""))
    declared = rules.of(element)
    return (
        _hides(style)
        or any(map(_hides_as_rule, declared))
        or _is_same_colour(element, style, declared, rules)
    )


def _holds_article(element: html.HtmlElement) -> bool:
    """Tell whether this is the page itself, which an open dialog may have marked as hidden for the moment."""
    return (
        element.tag in ("html", "body", "main", "article")
        or next(element.iter("article", "main"), None) is not None
    )


def _hides(style: str) -> bool:
    """Tell whether a normalised style hides what it applies to."""
    if not style:
        return False
    return bool(_HIDING.search(style)) or bool(_COLLAPSED.search(style) and _CLIPPED.search(style))


def _hides_as_rule(style: str) -> bool:
    """Tell the same of a style sheet's rule; one that fades in only starts out unseen."""
    return _hides(style) and not ("opacity" in style and _FADES.search(style))


def _is_same_colour(element: html.HtmlElement, style: str, declared: list[str], rules: "_Rules") -> bool:
    """Tell whether text has the colour of its background, which is white where nothing says otherwise."""
    colour = _last(_COLOUR, style, declared)
    if colour is None:
        return False
    background = _last(_BACKGROUND, style, declared)
    if background is not None:
        return background == colour or {background, colour} <= _WHITES
    return colour in _WHITES and not any(
        _last(_BACKGROUND, _normalise(ancestor.get("style", "")), rules.of(ancestor))
        for ancestor in _nearest(element.iterancestors())
    )


def _nearest(ancestors: Iterator[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    """Yield the nearest few."""
    for _, ancestor in zip(range(_ANCESTORS), ancestors, strict=False):
        yield ancestor


def _last(pattern: re.Pattern[str], style: str, declared: list[str]) -> str | None:
    """Return the value that counts: the element's own before a rule's."""
    for source in (style, *reversed(declared)):
        match = pattern.search(source)
        if match:
            return match[1]
    return None


def _normalise(style: str) -> str:
    """Lower case, without spaces, comments, escapes and "!important"."""
    if not style:
        return ""
    plain = _COMMENT.sub("", style).replace("\\", "").lower().replace("!important", "")
    return re.sub(r"\s+", "", plain)


class _Rules:
    """The page's own rules for single classes and ids."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def add(self, selector: str, style: str) -> None:
        """Note a rule if its selector is a plain class or id, perhaps with a tag."""
        match = _SELECTOR.fullmatch(selector.strip())
        if match and (_hides(style) or "color:" in style or "background:" in style):
            known = self._styles.setdefault((match[2], match[3]), [])
            rule = ((match[1] or "").lower(), style)
            if len(known) < _RULES_PER_NAME and rule not in known:
                known.append(rule)

    def of(self, element: html.HtmlElement) -> list[str]:
        """Return the styles that apply to an element."""
        if not self._styles or not isinstance(element.tag, str):
            return []
        names = [(".", name) for name in element.get("class", "").split()[:50]]
        names.append(("#", element.get("id", "")))
        return [
            style for name in names for tag, style in self._styles.get(name, ()) if tag in ("", element.tag)
        ]


def _read_rules(tree: html.HtmlElement) -> _Rules:
    """Collect the rules of every <style>; those inside @media are for other screens or times."""
    rules = _Rules()
    sheets = "\n".join(
        style.text or "" for style in tree.iter("style") if not style.get("media", "").startswith("print")
    )
    css = _COMMENT.sub("", sheets[:_CSS_BYTES])
    depth = start = 0
    selector = ""
    for brace in re.finditer(r"[{}]", css):
        if brace[0] == "{":
            if depth == 0:
                selector, start = css[start : brace.start()].rpartition(";")[2], brace.end()
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                if "@" not in selector:
                    style = _normalise(css[start : brace.start()])
                    for part in selector.split(","):
                        rules.add(part, style)
                start = brace.end()
    return rules


def parse_html(source: str) -> html.HtmlElement | None:
    """Parse a page without touching the network; None when there is nothing to parse."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return None
