"""What is ours in a reader's messages is in their language: in the Cyrillic ones, English words stand out."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from itertools import product
from typing import Any

import pytest
from rich.console import Console

from bot.article.models import Article, Sentence
from bot.briefing.labels import CONTEXT_OUTCOMES
from bot.briefing.models import KINDS, Brief, Notice
from bot.briefing.pipeline import MADE_OFFLINE, NOT_TRANSLATED, TOO_LONG
from bot.briefing.revisions import Reread
from bot.comparing.models import Comparison, Difference, Heard, Pair, Quotation, Side
from bot.comparing.pipeline import ACROSS_OFFLINE, COMPARED_OFFLINE, TWO_STORIES, SameArticle
from bot.digest.models import Assertion, Digest, Piece, Story, Told
from bot.errors import EngineError, SaysoError, SettingsError
from bot.locales import _, speaking
from bot.telegram import phrases
from bot.telegram.comparing import EXPIRED as COMPARISON_EXPIRED
from bot.telegram.comparing import HOW_TO_COMPARE, HOW_TO_COMPARE_TWO
from bot.telegram.comparison_view import render_comparison
from bot.telegram.digest_presses import EXPIRED as DIGEST_EXPIRED
from bot.telegram.digest_view import NOTHING_NEW, offer_digest, render_digest, render_story
from bot.telegram.keyboards import View, renewal_button
from bot.telegram.preferences import Menu, show_settings
from bot.telegram.replies import Reply, render
from bot.telegram.rereading import CHANGED_ELSEWHERE, READING, SAME, render_update
from bot.terminal import print_brief, print_comparison
from storage.chats import Preferences
from storage.limits import Refusal

TEXT = "Мост безопасен, говорят в ведомстве. Другого пути нет. Завтра мост закроют."
ALLOWED = frozenset(
    {
        "ask",
        "brief",
        "cancel",
        "compare",
        "digest",
        "follow",
        "following",
        "forget",
        "help",
        "privacy",
        "search",
        "usage",
        "settings",
        "start",
    }
    | {"pdf", "docx", "odt", "epub", "txt", "html", "PDF", "RSS", "http", "https"}
    | {"Deutsch", "English", "Español", "Français"}
)
"""Commands, kinds of files and of addresses, and languages by their own names."""

ARTICLE = Article(
    kind="text",
    text=TEXT,
    sentences=tuple(
        Sentence(number=number, start=match.start(), end=match.end())
        for number, match in enumerate(re.finditer(r"\w[^.]+\.", TEXT), start=1)
    ),
    title="Мост",
    site="Вестник",
    language="ru",
    published="2026-11-20",
    modified="2026-11-21",
    partial=True,
    hidden_words=4,
    hidden_orders=True,
)


def errors(root: type[SaysoError]) -> Iterator[type[SaysoError]]:
    """Yield every error of the tree that a reader may meet."""
    for error in root.__subclasses__():
        if error.__module__ == "bot.errors" and error is not SettingsError:
            yield error
            yield from errors(error)


NOTE = {"text": "Мост построен давно.", "source": {"title": "Справка", "url": ""}, "quoted": True}


def make_brief(**fields: object) -> Brief:
    flag = {"quote": TEXT[:14], "start": 0, "end": 14, "sentence": 1, "speaker": None}
    flag |= {"why": "Почему", "would_verify": "Чем", "translation": "Перевод"}
    changes = {"since": "1" * 16, "title": "Был мост", "added": (2,), "removed": ("Нет.",)}
    full: dict[str, Any] = {
        "id": "0" * 16,
        "article": ARTICLE,
        "engine": "offline",
        "prompt_version": "1",
        "language": "ru",
        "headline": "Мост",
        "statements": tuple({"text": "Мост закроют завтра.", "sentences": (3,)} for _ in range(4)),
        "flags": tuple(flag | {"kind": kind} for kind in KINDS),
        "loaded": ({"term": "безопасен", "sentence": 1, "neutral": "стоит"},),
        "absent": ("жители",),
        "notes": tuple(
            NOTE | more for more in ({}, {"flag": 1}, {"rating": "Нет данных"}, {"about": "Мост"})
        ),
        "context": "found",
        "usage": {"model_calls": 2, "input_tokens": 9},
        "checks": {"dropped": ({"what": "flag", "why": "no"},)},
        "changes": changes | {"reworded": ({"before": "Был", "after": "Мост", "sentence": 1},)},
        "notices": (
            NOT_TRANSLATED,
            Notice(template=TOO_LONG, values={"read": 2, "total": 3}),
            *(Notice(template=MADE_OFFLINE, values={"reason": e.template}) for e in errors(EngineError)),
        ),
    }
    return Brief.model_validate(full | fields)


def words_of(reply: Reply) -> str:
    rows = reply.keyboard.inline_keyboard if reply.keyboard else ()
    return " ".join([reply.text, *(button.text for row in rows for button in row)])


def compared() -> Iterator[str]:
    """Yield what is shown of comparisons."""
    words = Quotation(sentence=1, start=0, end=3, text="Мост", translation="Мост")
    sides = [Side(brief_id=digit * 16, kind="link", title="Мост", site=None, language="ru") for digit in "12"]
    made = Comparison(
        id="1" * 16,
        first=sides[0],
        second=sides[1],
        shared=(Pair(first=words, second=words),),
        differing=(Difference(first=words, second=words, first_figure="2", second_figure="3"),),
        only_first=(words,),
        only_second=(words,),
        heard=(Heard(first="Мэр", second="Мэр"), Heard(first=None, second="Мэр")),
        unclear=2,
        language="ru",
        engine="offline",
        notices=(ACROSS_OFFLINE, TWO_STORIES, Notice(template=COMPARED_OFFLINE, values={"reason": ""})),
    )
    yield words_of(render_comparison(made))
    console = Console(width=300, record=True, quiet=True)
    print_comparison(made, console)
    yield console.export_text()
    yield from (SameArticle().sentence, _(HOW_TO_COMPARE), _(HOW_TO_COMPARE_TWO), _(COMPARISON_EXPIRED))


def everything() -> Iterator[str]:
    """Yield what is shown of briefs of all lengths, and what the bot says for itself."""
    long = tuple({"text": "Мост закроют завтра. " * 40, "sentences": (3,)} for _ in range(5))
    bare = {"flags": (), "loaded": (), "absent": (), "notes": (), "changes": None}
    contexts = [make_brief(notes=(), context=outcome) for outcome in CONTEXT_OUTCOMES]
    for brief in (make_brief(), make_brief(statements=long), make_brief(**bare), *contexts):
        yield from (words_of(render(brief, view)) for view in View)
        console = Console(width=300, record=True, file=StringIO())
        print_brief(brief, console)
        yield console.export_text()
    yield words_of(Reply("", keyboard=renewal_button("1" * 16, None)))
    values = {"words": 3, "minimum": 40, "limit_mb": 5, "host": "сайт", "status": 404, "what": "an image"}
    yield from (error("", **values).sentence for error in errors(SaysoError))
    told = Told(day=datetime(2026, 3, 2, tzinfo=UTC), title="", lead="", language="ru")
    pieces = tuple(Piece(outlet=name, title="Мост", brief_id="1" * 16) for name in (None, "Вестник"))
    said = Assertion(text="Мост закроют.", piece=1, is_lone=True)
    flags = tuple(said.model_copy(update={"kind": kind, "translation": "Мост"}) for kind in KINDS)
    stories = (
        Story(line="Мост", pieces=pieces, said=(said,), flagged=flags, is_known=True, told=told),
        Story(line="Мост", is_quoted=True, pieces=pieces, told=told),
    )
    for engines, stories_shown in product(((), ("offline",)), (stories, stories * 20)):
        digest = Digest(
            id="1" * 16,
            day=date(2026, 3, 2),
            stories=stories_shown,
            articles=5,
            read=1,
            engines=engines,
            left_out=1,
        )
        yield words_of(render_digest(digest))
        yield from (words_of(render_story(digest, number)) for number in (1, 2))
        yield words_of(offer_digest(digest))
    yield from (_(DIGEST_EXPIRED), _(NOTHING_NEW))
    yield from compared()
    yield from (_(SAME), _(READING), _(CHANGED_ELSEWHERE))
    changed = make_brief()
    if changed.changes is not None:
        yield words_of(render_update(changed, Reread(changed.article, changed.changes)))
    for menu in Menu:
        for is_group in (True, False):
            chosen = Preferences(every_link=is_group)
            yield words_of(show_settings(chosen, menu, is_group=is_group, is_blind=is_group))
    yield from (phrases.help_text(), phrases.privacy(None, looks_up=True), phrases.left_over(5, 3))
    yield from (phrases.in_line(1), _(phrases.NOTHING_TO_CANCEL))
    for (limit, whose), wait_s in product(phrases.LIMITS, (2, 200, 20_000)):
        yield phrases.limit_reached(Refusal(limit=limit, whose=whose, wait_s=wait_s))
    yield from (phrases.forgotten(count) for count in range(3))


def english() -> set[str]:
    return {word for text in everything() for word in re.findall(r"[A-Za-zñç]{3,}", text)} - ALLOWED


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_nothing_of_ours_is_left_in_english(language: str) -> None:
    with speaking(language):
        assert english() == set()


def test_english_would_be_found() -> None:
    assert len(english()) > 250
