"""Readers of several languages: the whole bot over HTTP."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.locales import NAMES
from bot.playground import PlaygroundServer
from storage.chats import ChatStore
from tests.bot import World, run_bot
from tests.servers.model import ModelServer, rewritten
from tests.servers.model_faults import FAULTS
from tests.servers.news import RUSSIAN, article_page, run_news

RUSSIAN_READER, FRENCH_READER, GERMAN_ADMIN, GROUP = 31, 32, 33, -100_777
UKRAINIAN = (
    "Рада міста Орлен у вівторок схвалила поромну лінію до острова Марет, повідомила пресслужба ради.",
    "«Ми чекали досить довго», — сказала голова ради Іна Торвальд. Перший пором вийде в травні.",
    "Лінія коштуватиме 3,2 млн крон на рік, ідеться в документах. Половину суми мають дати квитки.",
    "Джерело в раді стверджує, що розрахунки ще ніхто не перевіряв і що вони можуть виявитися хибними.",
)
ENGLISH_WORDS = re.compile(r"[A-Za-z]{3,}")


@pytest.fixture
async def servers(redis: Redis) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        telegram.add_user(RUSSIAN_READER, "Читатель", language="ru")
        telegram.add_user(FRENCH_READER, "Lectrice", language="fr")
        telegram.add_user(GERMAN_ADMIN, "Leser", language="de")
        news.pages["/russian"] = article_page(RUSSIAN, title="Орлен: паром одобрен", language="ru")
        news.pages["/ukrainian"] = article_page(UKRAINIAN, title="Орлен: пором схвалено", language="uk")
        yield World(telegram=telegram, news=news, model=model)


@pytest.fixture
async def world(servers: World, redis_url: str) -> AsyncIterator[World]:
    async with run_bot(servers, redis_url, openai_base_url=None):
        yield servers


async def test_a_russian_reader_of_a_russian_article_reads_no_english(world: World) -> None:
    world.telegram.user_sends(RUSSIAN_READER, world.news.url("/russian"))
    brief = await world.final(RUSSIAN_READER, holds="с опорой на текст")
    [draft, *_] = world.telegram.calls_of("sendMessageDraft")
    assert draft.parameters["text"] == "Читаю…"
    assert "Не подтверждено статьёй" in brief.text
    assert "11 мар. 2025" in brief.text
    assert ENGLISH_WORDS.findall(brief.text.replace("The Bay Courier", "").replace("UTC+1", "")) == []
    assert {button["text"] for button in brief.buttons} <= {
        "Почему?",
        "Источники",
        "Оценочные слова",
        "Спросить",
        "Сравнить",
        "Язык",
        "О пересказе",
    }
    await world.telegram.user_presses(RUSSIAN_READER, brief.id, brief.buttons[-1]["callback_data"])
    about = await world.final(RUSSIAN_READER, holds="Об этом пересказе")
    assert [button["text"] for button in about.buttons] == ["Изменилось?", "Назад"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("привет", "Пришлите ссылку на новость"),
        ("http://nowhere.example/a", "Сайт nowhere.example недоступен."),
        ("http://news.example/missing", "вернул ошибку 404"),
        ("http://news.example/image", "а на изображение"),
        ("/start", "Я читаю новость за вас"),
        ("/privacy", "30 дней"),
        ("/forget", "нет личных пересказов"),
        ("/nonsense", "Такой команды нет"),
        ("/settings", "⚙️ Настройки"),
    ],
)
async def test_a_russian_reader_gets_russian_sentences(sent: str, says: str, world: World) -> None:
    world.telegram.user_sends(RUSSIAN_READER, sent)
    answer = await world.final(RUSSIAN_READER)
    assert says in answer.text


async def test_one_brief_is_shown_to_each_reader_in_their_own_interface(world: World) -> None:
    """The Ukrainian article's words stay as they are; what is ours follows the reader."""
    link = world.news.url("/ukrainian")
    world.telegram.add_group(GROUP, "Zeitung", members=(GERMAN_ADMIN,), admins=(GERMAN_ADMIN,))
    world.telegram.user_sends(GROUP, f"/brief {link}", user_id=GERMAN_ADMIN)
    german = await world.final(GROUP, holds="im Text wiedergefunden")
    world.telegram.user_sends(FRENCH_READER, link)
    french = await world.final(FRENCH_READER, holds="retrouvées dans le texte")
    assert world.news.requests["/ukrainian"] == 1, "the second was the first one's brief"
    assert "Im Artikel nicht belegt" in german.text
    assert "Non établi par l’article" in french.text
    assert "11. März 2025" in german.text
    assert "11 mars 2025" in french.text
    ukrainian = re.findall("[а-щьюяєіїґ]{4,}", german.text.lower())
    assert ukrainian == re.findall("[а-щьюяєіїґ]{4,}", french.text.lower())
    assert "перевіряв" in ukrainian
    assert "statements" not in german.text + french.text


async def test_a_kept_notice_is_worded_for_each_reader(servers: World, redis_url: str) -> None:
    servers.model.default = FAULTS["refusal"]
    async with run_bot(servers, redis_url):
        servers.telegram.user_sends(RUSSIAN_READER, servers.news.url("/article"))
        russian = await servers.final(RUSSIAN_READER, holds="с опорой на текст")
        servers.telegram.user_sends(FRENCH_READER, servers.news.url("/article"))
        french = await servers.final(FRENCH_READER, holds="retrouvées")
    assert russian.text.splitlines()[0] == "Модель отказалась отвечать; пересказ составлен офлайн."
    assert (
        french.text.splitlines()[0]
        == "Le modèle a refusé de répondre ; ce résumé a été fait par des règles, sans modèle."
    )
    assert len(servers.model.requests) == 1, "the second was the first one's brief"


async def test_without_a_model_a_reader_of_another_language_is_told_why(world: World, redis: Redis) -> None:
    await ChatStore(redis).choose(FRENCH_READER, brief_language="mine")
    world.telegram.user_sends(FRENCH_READER, world.news.url("/russian"))
    brief = await world.final(FRENCH_READER, holds="retrouvées")
    assert brief.text.splitlines()[0].startswith("Sans modèle, le résumé ne peut être que")
    assert "паром" in brief.text


IN_GERMAN: dict[str, Any] = {
    "headline": "Rat von Orlen billigt Fährlinie nach Maret",
    "statements": [
        {
            "text": "Der Rat der Stadt Orlen hat am Dienstag eine Fährlinie zur Insel Maret gebilligt, "
            "teilte seine Pressestelle mit.",
            "sentences": [1],
        },
        {"text": "Laut den Unterlagen wird die Linie 3,2 Millionen Kronen im Jahr kosten.", "sentences": [4]},
    ],
    "flags": [
        {
            "quote": "розрахунки ще ніхто не перевіряв і що вони можуть виявитися хибними",
            "sentence": 6,
            "speaker": "eine Quelle im Rat",
            "kind": "unnamed_source",
            "why": "Die Quelle wird nicht genannt.",
            "would_verify": "Eine Prüfung der Berechnungen",
            "translation": "die Berechnungen hat noch niemand geprüft, sie können sich als falsch erweisen",
        }
    ],
}


async def test_a_german_group_reads_a_ukrainian_article_in_german_with_its_quotations_as_they_are(
    servers: World, redis_url: str, redis: Redis
) -> None:
    servers.model.default = rewritten(lambda draft: json.dumps(draft | IN_GERMAN))
    servers.telegram.add_group(GROUP, "Zeitung", members=(GERMAN_ADMIN,))
    await ChatStore(redis).choose(GROUP, interface_language="de", brief_language="mine")
    async with run_bot(servers, redis_url):
        servers.telegram.user_sends(GROUP, f"/brief {servers.news.url('/ukrainian')}", user_id=GERMAN_ADMIN)
        brief = await servers.final(GROUP, holds="im Text wiedergefunden")
        servers.telegram.user_sends(RUSSIAN_READER, servers.news.url("/ukrainian"))
        own = await servers.final(RUSSIAN_READER, holds="с опорой на текст")
    assert "Der Rat der Stadt Orlen hat am Dienstag eine Fährlinie" in brief.text
    flagged = brief.text[brief.text.index("Im Artikel nicht belegt (1)") :].splitlines()
    assert flagged[1] == f"“{IN_GERMAN['flags'][0]['quote']}”"
    assert flagged[2] == f"“{IN_GERMAN['flags'][0]['translation']}” (Übersetzung)"
    assert flagged[3].startswith("eine Quelle im Rat · ungenannte Quelle. Die Quelle wird nicht genannt.")
    assert "Der Rat" not in own.text, "another chat's brief is in the article's language"


async def test_telegram_knows_the_commands_in_each_language(world: World) -> None:
    await world.telegram.wait_for(lambda: len(world.telegram.calls_of("setMyCommands")) == len(NAMES))
    told = {
        call.parameters.get("language_code"): str(call.parameters["commands"])
        for call in world.telegram.calls_of("setMyCommands")
    }
    assert set(told) == {None, *NAMES} - {"en"}
    assert "what this bot does" in told[None]
    assert all("settings" in commands and "what" not in commands for code, commands in told.items() if code)
