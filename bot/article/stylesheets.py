"""The page's own style sheets: which declarations apply to an element.

Outside style sheets are not fetched and scripts are not run, so this is what can be known from the page
alone. Selectors are parsed by cssselect and matched here, since an XPath for each of some thousand rules
takes a second on a long page.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cssselect.parser import Selector, Tree
from lxml import etree, html

from bot.article.selectors import (
    MAX_CHARACTERS,
    Matcher,
    counts_siblings,
    find_elements,
    last_name,
    names_of,
    needed_names,
    parse_selector,
)
from bot.article.style import Style, read_style
from bot.errors import PageTooComplex

_NESTED_CHARACTERS = 500  # of a selector inside others
_RULES = 5_000
_SIBLING_RULES = 300  # each is looked for by XPath, which takes a millisecond or two
_SCREEN_PX = 1280  # the width of the screen a reader is taken to have
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_NAME = re.compile(r"([.#])(-?[_a-zA-Z\u0080-\uffff][\w-]*)")
_WIDTH = re.compile(r"\b(min|max)-(?:device-)?width:([\d.]+)(px|em|rem)")
_OTHER_MEDIA = re.compile(
    r"\bprint\b|\bspeech\b|scheme:dark|reduced-motion:reduce|hover:none|orientation:portrait|forced-colors:active"
)
_MET = ("@supports", "@layer", "@container", "@scope")
_SCRIPTED = re.compile(r"[.](?:no-?js|loading|is-loading|preload|ssr)\b", re.IGNORECASE)
"""Classes that a script takes off at once: their rules are about pages on which scripts do not run."""


class _Rule(NamedTuple):
    """A rule; `matched` holds its elements when only XPath can tell."""

    specificity: tuple[int, int, int]
    order: int
    selector: Tree
    style: Style
    needed: frozenset[str]
    """Classes and ids that the element and what holds it must have."""
    matched: frozenset[html.HtmlElement] | None


class StyleSheets:
    """The rules of every <style> of a page that can hide or show something."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self._matcher = Matcher()
        self._counts = Counter[str]()
        self._rules: dict[str, list[_Rule]] = {}
        css = _read_sheets(tree)
        if css:
            self._read(css, tree)

    def style_of(self, element: html.HtmlElement) -> Style:
        """Return what the rules declare for an element, by their cascade; raises PageTooComplex."""
        style = Style()
        for rule in self._applying(element):
            style = style.overlaid(rule.style)
        return style

    def hiding_rule(self, element: html.HtmlElement) -> int | None:
        """Return the number of the rule that hides an element, or that may make it illegible."""
        applying = reversed(self._applying(element))
        return next((rule.order for rule in applying if rule.style.hides or rule.style.may_blur), None)

    def _applying(self, element: html.HtmlElement) -> list[_Rule]:
        """Return the rules that apply to an element, the strongest last."""
        if not self._rules:
            return []
        keys = ["*", str(element.tag), *names_of(element)]
        candidates = [rule for key in keys for rule in self._rules.get(key, ())]
        if not candidates:
            return []
        around = self._matcher.names_around(element)
        rules = [rule for rule in candidates if rule.needed <= around and self._applies(rule, element)]
        return sorted(rules, key=lambda one: (one.specificity, one.order))

    def _read(self, css: str, tree: html.HtmlElement) -> None:
        """Index the rules by the last name of their selectors; those about names not on the page are left."""
        present = frozenset().union(*map(names_of, tree.iter(etree.Element)))
        # Each rule once, in the place of its last mention.
        for (selector, body), order in {rule: order for order, rule in enumerate(_rules(css))}.items():
            parts = [part for part in _split(selector) if _is_about(part, present)]
            style = read_style(body) if parts else Style()
            if not style.declared:
                continue
            for parsed in (one for part in parts for one in parse_selector(part)):
                self._add(parsed, order, style, tree)

    def _add(self, parsed: Selector, order: int, style: Style, tree: html.HtmlElement) -> None:
        """Index one rule; raises PageTooComplex for more than a page has."""
        selector = parsed.parsed_tree
        matched = None
        self._counts["rules"] += 1
        if counts_siblings(selector):
            self._counts["siblings"] += 1
            matched = find_elements(parsed, tree)
        if self._counts["rules"] > _RULES or self._counts["siblings"] > _SIBLING_RULES:
            raise PageTooComplex("style sheets")
        rule = _Rule(parsed.specificity(), order, selector, style, needed_names(selector), matched)
        self._rules.setdefault(last_name(selector), []).append(rule)

    def _applies(self, rule: _Rule, element: html.HtmlElement) -> bool:
        if rule.matched is not None:
            return element in rule.matched
        return self._matcher.matches(rule.selector, element)


def _split(selector: str) -> list[str]:
    """Return the selectors of a list, at the commas outside brackets."""
    return re.split(r",(?![^()]*\))", selector) if "," in selector else [selector]


def _is_about(selector: str, present: frozenset[str]) -> bool:
    """Tell whether all names that a selector must find are on the page, and it is not about scripts."""
    certain = _STRING.sub("", selector.partition(":")[0])
    names = {"".join(name) for name in _NAME.findall(certain.partition("[")[0])}
    return names <= present and not _SCRIPTED.search(selector)


def _read_sheets(tree: html.HtmlElement) -> str:
    """Return the style sheets for screens, without comments."""
    sheets = "\n".join(
        style.text or "" for style in tree.iter("style") if _is_for_screen(style.get("media", ""))
    )
    css = _COMMENT.sub("", sheets)
    return _STRING.sub(lambda string: string[0] if not set(string[0]) & set("{};") else '""', css)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield each rule's selector and body, those in @media for such a screen and nested ones too."""
    open_rules: list[tuple[str, bool, str]] = [("", True, "")]
    start = 0
    for brace in re.finditer(r"[{}]", css):
        chunk = css[start : brace.start()]
        start = brace.end()
        selector, applies, body = open_rules[-1]
        if brace[0] == "{":
            before, _, prelude = chunk.rpartition(";")
            open_rules[-1] = (selector, applies, f"{body}{before};" if before else body)
            prelude = prelude.strip()
            if prelude.startswith("@"):
                open_rules.append((selector, applies and _is_met(prelude), ""))
            else:
                open_rules.append((_nest(selector, prelude), applies, ""))
        elif len(open_rules) > 1:
            open_rules.pop()
            if applies and selector and len(selector) <= MAX_CHARACTERS:
                yield selector, body + chunk


def _nest(outer: str, inner: str) -> str:
    """Return the selector of a rule inside a rule; an endless one is dropped."""
    if not outer:
        return inner
    nested = inner.replace("&", outer) if "&" in inner else f"{outer} {inner}"
    return nested if len(nested) <= _NESTED_CHARACTERS and "," not in outer else ""


def _is_met(at_rule: str) -> bool:
    """Tell whether the rules inside an at-rule count."""
    name = re.split(r"[\s(]", at_rule, maxsplit=1)[0].lower()
    if name == "@media":
        return _is_for_screen(at_rule[len(name) :])
    return name in _MET and not at_rule[len(name) :].strip().lower().startswith("not")


def _is_for_screen(media: str) -> bool:
    """Tell whether one of some media queries is met by a reader's screen; unknown conditions count as met."""
    return any(map(_is_query_met, re.sub(r"\s*([:,()])\s*", r"\1", media.lower()).split(",")))


def _is_query_met(query: str) -> bool:
    widths = (
        (bound, float(number) * (1 if unit == "px" else 16)) for bound, number, unit in _WIDTH.findall(query)
    )
    fits = all(width <= _SCREEN_PX if bound == "min" else width >= _SCREEN_PX for bound, width in widths)
    is_met = fits and not _OTHER_MEDIA.search(query)
    return not is_met if query.strip().startswith("not") else is_met
