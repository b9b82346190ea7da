"""CSS selectors, parsed by cssselect and matched here.

cssselect itself would match by XPath: one for each of some thousand rules takes a second on a long page.
"""

import re
from collections.abc import Iterator
from itertools import islice

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import (
    Attrib,
    Class,
    CombinedSelector,
    Element,
    Function,
    Hash,
    Matching,
    Negation,
    Pseudo,
    Selector,
    SpecificityAdjustment,
    Tree,
)
from lxml import etree, html

from bot.errors import PageTooComplex

MAX_CHARACTERS = 10_000
"""In a selector with all its alternatives; longer ones are not read."""

_STEPS = 1_500_000
"""Comparisons of an element with a part of a selector, for a page: about two seconds."""

_ALTERNATIVES = re.compile(r":(?:is|where|-webkit-any|-moz-any)\(([^()]*,[^()]*)\)")
_ALTERNATIVE_COUNT = 200


def parse_selector(selector: str) -> list[Selector]:
    """Return a selector's alternatives, without those about parts that are generated or states that pass."""
    if len(selector) > MAX_CHARACTERS:
        return []
    try:
        parsed = [one for part in _expand(selector) for one in parse(part)]
    except (SelectorError, ValueError, RecursionError):
        return []
    return [one for one in parsed if one.pseudo_element is None]


def _expand(selector: str) -> list[str]:
    """Return a selector once for each alternative in its :is(): cssselect garbles all but the first."""
    match = _ALTERNATIVES.search(selector)
    if match is None or len(selector) > MAX_CHARACTERS // 20:
        return [selector]
    before, after = selector[: match.start()], selector[match.end() :]
    one_each = [
        f"{before}:is( {one.strip()} ){rest}" for one in match[1].split(",") for rest in _expand(after)
    ]
    return one_each[:_ALTERNATIVE_COUNT]


def counts_siblings(selector: Tree) -> bool:
    """Tell whether a selector is about an element's place among its siblings."""
    if isinstance(selector, Function):
        return True
    if isinstance(selector, Pseudo) and selector.ident != "root":
        return selector.ident.endswith(("-child", "-of-type")) or counts_siblings(selector.selector)
    inner = [getattr(selector, name, None) for name in ("selector", "subselector")]
    return any(counts_siblings(part) for part in inner if part is not None)


def find_elements(selector: Selector, tree: html.HtmlElement) -> frozenset[html.HtmlElement]:
    """Return the elements a selector matches, by XPath."""
    try:
        return frozenset(tree.xpath(HTMLTranslator().selector_to_xpath(selector)))
    except (SelectorError, etree.XPathError):
        return frozenset()


def last_name(selector: Tree) -> str:
    """Return an id, class or tag that every element the selector matches has, or "*"."""
    match selector:
        case Hash(id=name):
            return f"#{name}"
        case Class(class_name=name):
            return f".{name}"
        case Element(element=tag):
            return tag.lower() if tag else "*"
        case CombinedSelector(subselector=last):
            return last_name(last)
        case _:
            return last_name(selector.selector)


def names_of(element: html.HtmlElement) -> frozenset[str]:
    """Return an element's classes and id, as selectors write them."""
    names = {f".{name}" for name in element.get("class", "").split()[:60]}
    return frozenset(names | {f"#{element.get('id')}"} if element.get("id") else names)


def needed_names(selector: Tree) -> frozenset[str]:
    """Return the classes and ids without which, on an element or around it, a selector cannot match."""
    match selector:
        case Hash(id=name):
            return needed_names(selector.selector) | {f"#{name}"}
        case Class(class_name=name):
            return needed_names(selector.selector) | {f".{name}"}
        case CombinedSelector(combinator=" " | ">"):
            return needed_names(selector.selector) | needed_names(selector.subselector)
        case CombinedSelector():
            return needed_names(selector.subselector)
        case Element():
            return frozenset()
        case _:
            return needed_names(selector.selector)


class Matcher:
    """Matches parsed selectors with the elements of one page, up to a number of steps."""

    def __init__(self) -> None:
        self._steps = _STEPS
        self._around: dict[html.HtmlElement, frozenset[str]] = {}

    def spend(self, steps: int = 1) -> None:
        """Count steps; raises PageTooComplex when there are none left."""
        self._steps -= steps
        if self._steps < 0:
            raise PageTooComplex("style sheets")

    def names_around(self, element: html.HtmlElement) -> frozenset[str]:
        """Return the classes and ids of an element and all that holds it."""
        known = self._around.get(element)
        if known is None:
            parent = element.getparent()
            above: frozenset[str] = self.names_around(parent) if parent is not None else frozenset()
            own = names_of(element)
            known = self._around[element] = above if own <= above else above | own
            self.spend(len(known) // 10)
        return known

    def matches(self, selector: Tree, element: html.HtmlElement) -> bool:
        """Tell whether a parsed selector matches; one with parts unknown here does not."""
        self.spend()
        if isinstance(selector, Element):
            return selector.element is None or selector.element.lower() == element.tag
        return self._matches_part(selector, element) and (
            isinstance(selector, CombinedSelector) or self.matches(selector.selector, element)
        )

    def _matches_part(self, selector: Tree, element: html.HtmlElement) -> bool:
        """Tell whether the last part of a selector matches."""
        is_match = False
        match selector:
            case Class(class_name=name):
                is_match = name in element.get("class", "").split()
            case Hash(id=name):
                is_match = element.get("id") == name
            case Attrib():
                is_match = _has_attribute(selector, element)
            case Negation(subselector=inner):
                is_match = not self.matches(inner, element)
            case Matching() | SpecificityAdjustment():
                is_match = any(self.matches(inner, element) for inner in selector.selector_list)
            case Pseudo(ident="root"):
                is_match = element.getparent() is None
            case CombinedSelector():
                others = _related(selector.combinator, element)
                is_match = self.matches(selector.subselector, element) and any(
                    self.matches(selector.selector, other) for other in others
                )
        return is_match


def _has_attribute(selector: Attrib, element: html.HtmlElement) -> bool:
    value = element.get(selector.attrib.lower())
    if value is None:
        return False
    wanted = selector.value.value or "" if selector.value is not None else ""
    tests = {
        "exists": True,
        "=": value == wanted,
        "~=": wanted in value.split(),
        "|=": value == wanted or value.startswith(f"{wanted}-"),
        "^=": bool(wanted) and value.startswith(wanted),
        "$=": bool(wanted) and value.endswith(wanted),
        "*=": bool(wanted) and wanted in value,
    }
    return tests.get(selector.operator, False)


def _related(combinator: str, element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield the elements that the left side of a combinator may match."""
    match combinator:
        case " ":
            yield from element.iterancestors()
        case ">":
            parent = element.getparent()
            if parent is not None:
                yield parent
        case "~":
            yield from element.itersiblings("*", preceding=True)
        case "+":
            yield from islice(element.itersiblings("*", preceding=True), 1)
        case _:
            return
