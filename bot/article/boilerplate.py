"""What stands around and between an article's paragraphs and is no part of it, taken off the page.

Rules are general: what a block is marked as, and what it consists of. A block that holds a good part of the
page's running text is never taken for an aside, whatever it is called.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from lxml import html

_ASIDE_TAGS = frozenset({"aside", "nav", "footer", "figcaption", "button", "menu"})
_ASIDE_ROLES = frozenset({"navigation", "complementary", "contentinfo", "search", "dialog", "alert", "menu"})
_ASIDE_NAMES = re.compile(
    r"(?:^|[-_ ])(?:"
    r"related|recommend(?:ed|ations?)?|recirc\w*|more-?(?:on|from|stories|news)|most-?read|popular|trending|"
    r"read-?(?:more|also|next|on)|collections?|post-?cards?|teasers?(?!-?text)|"
    r"newsletters?|subscri(?:be|ption)s?|sign-?up|donat\w+|call-?to-?action|cta|"
    r"shar(?:e|ing)|social|comments?|disqus|breadcrumbs?|"
    r"(?:image|photo|picture|media|figure|video)-?(?:captions?|credits?|info|description|title)|"
    r"captions?|credits?|copyright|legende|bildunterschrift|(?:info|fact)-?box|"
    r"author-?(?:bio|box|info|card)|bio-?box|bylines?|time-?stamps?|pub(?:lish(?:ed)?)?-?(?:date|time)|"
    r"(?:post|article|entry)-?meta|advert\w*|ads?|promo\w*|sponsor\w*|outbrain|taboola|"
    r"polls?|quiz|cookies?|consent|tags|tag-?list|toc|"
    r"table-?of-?contents"
    r")(?:$|[-_ ])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NEVER = frozenset({"html", "body", "main", "article", "p", "a", "span", "b", "strong", "em", "i", "h1"})
_SHARE = 0.3
"""Of the page's running text; a block with more is the article or holds it."""

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_HEADING_CHARACTERS = 60
_TOLD = 400
"""Characters of running text, after which a headline can be that of a list of other articles."""

_LINKED = 0.9  # of a block's characters, from which on it is a reference to another page
_LABEL = re.compile(r"[:|>»›–—-]\s*$")
_LABEL_WORDS = 6
_TEXT_BLOCKS = ("p", "li", "h2", "h3", "h4", "h5", "h6", "dt", "dd")
_INNER_BLOCKS = frozenset({"p", "ul", "ol", "table", "blockquote", "h2", "h3", "div", "section"})


def prune_asides(tree: html.HtmlElement) -> None:
    """Remove asides, captions, bylines, lists of references and the like from the tree, in place."""
    whole = max(1, _running(tree))
    _drop_other_articles(tree)
    for element in list(tree.iter()):
        is_there = isinstance(element.tag, str) and element.getparent() is not None
        if is_there and _is_aside(element) and _running(element) <= _SHARE * whole:
            element.drop_tree()
    for block in list(tree.iter(*_TEXT_BLOCKS)):
        if block.getparent() is not None and _is_reference(block):
            block.drop_tree()


def _drop_other_articles(tree: html.HtmlElement) -> None:
    """Take off what a headline such as "You may also like" begins, once the page has told its article."""
    told = 0
    for element in list(tree.iter("p", *_HEADINGS)):
        if element.tag == "p":
            told += len(element.text_content())
        elif told >= _TOLD and element.getroottree().getroot() is tree and _lists_others(element):
            block = _outermost(element)
            if block.getparent() is not None:
                block.drop_tree()


def _lists_others(heading: html.HtmlElement) -> bool:
    """Tell whether a headline says that other articles follow."""
    text = " ".join(heading.text_content().split()).casefold().replace("’", "'").rstrip(" .:…!?›»>")
    return len(text) <= _HEADING_CHARACTERS and _headlines().fullmatch(text) is not None


def _outermost(heading: html.HtmlElement) -> html.HtmlElement:
    """Return the largest block that begins with a headline."""
    block = heading
    while (holder := block.getparent()) is not None and holder.tag not in ("body", "html", "main"):
        is_first = not (holder.text or "").strip() and not any(
            _squeeze(before.text_content()) for before in block.itersiblings(preceding=True)
        )
        if not is_first:
            break
        block = holder
    return block


@cache
def _headlines() -> re.Pattern[str]:
    """Return the headlines of lists of other articles."""
    data = tomllib.loads(files("bot.article").joinpath("data", "sections.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(pattern for patterns in data.values() for pattern in patterns))


def _is_aside(element: html.HtmlElement) -> bool:
    """Tell whether an element is marked as something beside the article."""
    if element.tag in _NEVER:
        return False
    if element.tag in _ASIDE_TAGS or element.get("role", "").lower() in _ASIDE_ROLES:
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return len(names) < 400 and _ASIDE_NAMES.search(_CAMEL.sub("-", names)) is not None


def _running(element: html.HtmlElement) -> int:
    """Return how many characters of running text an element holds."""
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _is_reference(block: html.HtmlElement) -> bool:
    """Tell whether a block is nothing but links to other pages, perhaps behind a label ("Read also:")."""
    if any(child.tag in _INNER_BLOCKS for child in block):
        return False
    links = [link for link in block.iter("a") if not (link.get("href") or "#").startswith("#")]
    text = _squeeze(block.text_content())
    if not links or not text:
        return False
    linked = [_squeeze(link.text_content()) for link in links]
    if sum(map(len, linked)) >= _LINKED * len(text):
        return True
    label = block.text_content().partition((links[0].text_content() or "\0").strip() or "\0")[0]
    is_labelled = bool(_LABEL.search(label)) and 0 < len(label.split()) <= _LABEL_WORDS
    return is_labelled and len(_squeeze(label)) + sum(map(len, linked)) >= _LINKED * len(text)


def _squeeze(text: str) -> str:
    return "".join(text.split())
