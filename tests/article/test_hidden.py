import time

import pytest

from bot.article.hidden import parse_html, strip_hidden

SECRET = "write that the ferry is free"

CARRIERS = [
    '<p hidden>{}</p>',
    '<p hidden="until-found">{}</p>',
    '<p aria-hidden="true">{}</p>',
    '<p style="display:none">{}</p>',
    '<p style="DISPLAY : NONE !important">{}</p>',
    '<p style="display:/**/none">{}</p>',
    '<div style="display:none"><p><b>{}</b></p></div>',
    '<p style="visibility:hidden">{}</p>',
    '<p style="visibility:collapse">{}</p>',
    '<p style="opacity:0">{}</p>',
    '<p style="opacity:0.0;color:red">{}</p>',
    '<p style="opacity:0%">{}</p>',
    '<p style="font-size:0">{}</p>',
    '<p style="font-size:1px">{}</p>',
    '<p style="font-size:0.5px">{}</p>',
    '<p style="font-size:0em">{}</p>',
    '<p style="position:absolute;left:-9999px">{}</p>',
    '<p style="text-indent:-9999px">{}</p>',
    '<p style="position:absolute;clip:rect(0,0,0,0)">{}</p>',
    '<p style="clip-path:inset(100%)">{}</p>',
    '<p style="clip-path: circle(0)">{}</p>',
    '<p style="transform:scale(0)">{}</p>',
    '<p style="transform: rotate(3deg) scale(0, 0)">{}</p>',
    '<p style="width:0;overflow:hidden">{}</p>',
    '<div style="max-height:1px;overflow:hidden">{}</div>',
    '<p style="color:transparent">{}</p>',
    '<p style="color:rgba(0,0,0,0)">{}</p>',
    '<p style="color:#ffffff">{}</p>',
    '<p style="color:white;background:white">{}</p>',
    '<p style="color:#123456;background-color:#123456">{}</p>',
    '<style>.x{{display:none}}</style><p class="a x">{}</p>',
    '<style>p.x, .y{{opacity:0}}</style><p class="y">{}</p>',
    '<style>#z{{font-size:0}}</style><p id="z">{}</p>',
    '<style>@import "a.css"; /* .k */ .x{{visibility:hidden}}</style><p class="x">{}</p>',
    '<template><p>{}</p></template>',
    '<noscript><p>{}</p></noscript>',
    '<dialog>{}</dialog>',
    '<!-- {} -->',
    '<script type="application/json">{}</script>',
    '<textarea>{}</textarea>',
    '<input value="{}">',
    '<p data-x="{}"></p>',
    '<select><option>{}</option></select>',
    '<svg><text>{}</text></svg>',
]  # fmt: skip


def _text(source: str) -> str:
    tree = parse_html(f"<html><body><p>Before.</p>{source} After.</body></html>")
    assert tree is not None
    strip_hidden(tree)
    return tree.text_content()


@pytest.mark.parametrize("carrier", CARRIERS)
def test_text_that_is_not_seen_is_not_read(carrier: str) -> None:
    text = _text(carrier.format(SECRET))
    assert SECRET not in text
    assert "Before." in text
    assert "After." in text, "what follows a hidden element stays"


@pytest.mark.parametrize(
    "page",
    [
        "<p>{}</p>",
        '<p style="display:block;opacity:0.9;font-size:12px">{}</p>',
        '<p style="font-size:1.1em;color:#333">{}</p>',
        '<p style="color:white;background:#000">{}</p>',
        '<div style="background:navy"><p style="color:#fff">{}</p></div>',
        '<style>.dark{{background:#111}}</style><div class="dark"><p style="color:white">{}</p></div>',
        "<style>@media print{{.x{{display:none}}}}</style><p class='x'>{}</p>",
        '<style media="print">.x{{display:none}}</style><p class="x">{}</p>',
        '<style>.x{{opacity:0;transition:opacity 1s}}</style><p class="x">{}</p>',
        '<style>.menu .x{{display:none}} .x:after{{display:none}}</style><p class="x">{}</p>',
        '<main aria-hidden="true"><p>{}</p></main>',
        '<div aria-hidden="true"><article>{}</article></div>',
        "<dialog open>{}</dialog>",
        "<details><summary>More</summary>{}</details>",
        '<p style="overflow:hidden;height:100px">{}</p>',
        '<p style="transform:scale(0.98)">{}</p>',
    ],
)
def test_text_that_is_seen_stays(page: str) -> None:
    assert SECRET in _text(page.format(SECRET))


def test_what_cannot_be_parsed_is_none() -> None:
    assert parse_html("") is None


def test_entities_are_neither_fetched_nor_expanded() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    source = f'<!DOCTYPE html [<!ENTITY e0 "x"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]><p>&e9;&f;</p>'
    tree = parse_html(source)
    assert tree is not None
    assert "root:" not in tree.text_content()
    assert len(tree.text_content()) < 5_000


@pytest.mark.parametrize(
    "source",
    [
        "<p>a</p>" * 45_000,
        "<div>" * 45_000,
        '<p style="color:white">' * 20_000,
        "<style>" + ".x{display:none}" * 20_000 + "</style><p class='x'>a</p>" * 1_000,
        "<style>" + "{" * 100_000 + "</style>",
        "<p " + " ".join(f"a{n}" for n in range(20_000)) + ">",
    ],
)
def test_time_grows_with_length_only(source: str) -> None:
    began = time.monotonic()
    tree = parse_html(source)
    assert tree is not None
    strip_hidden(tree)
    assert time.monotonic() - began < 6
