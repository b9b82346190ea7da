"""Two hundred messages of a group, none of them for the bot: `user_sends` arguments, in order."""

from typing import Any

LINES = """
Morning all
anyone at the market yet? the strawberries are gone by nine
https://news.example/harbour-closure they are closing the harbour again
lol
😂😂😂
did you see https://news.example/a?utm_source=share and also https://other.example/b ?
@maria can you bring the folding table
@maria_k look at this https://news.example/table
/start@otherbot
/start@other_bot now
/brief@briefly_bot https://news.example/a
/help@weather_bot
/dl@video_bot https://video.example/watch?v=1
@video_bot https://video.example/watch?v=2
@gif happy birthday
sayso is a funny name for a bot
sayso_bot writes too much
what did the bot say about the bridge? I can't find it
who added the bot here
ask the bot
does /brief work with pdfs?
you have to type /brief and then the link
try /help, it lists everything
t.me/sayso_bot that's the one
https://t.me/sayso_bot?start=hello
write to contact@sayso_bot.example if it breaks
me@sayso-bot.example is the address
#news #harbour
$TSLA to the moon
+49 151 23456789 is the plumber, tell him I sent you
my number is +7 999 123-45-67
23:15 bus is cancelled
ok
ok ok
no
+1
-1
👍
🙈
...
?
¯\\_(ツ)_/¯
brb
Who has the key for the cellar?
I do, coming down in five
Thanks!!
The council meets on Thursday at seven, room 2, everyone can come and say what they think about the bridge.
I read on news.example the other day that they want to tear the old mill down, what a strange story
news.example
other.example/b is paywalled :(
https://news.example/a
https://news.example/a https://news.example/b https://news.example/c https://news.example/d
http://127.0.0.1/admin haha don't click
www.other.example/page
The mayor said on Monday that the bridge will close for repairs until the spring, and nobody knows why.
Joke: a journalist walks into a bar. Sources say it was a pub.
Two peanuts were walking down the street. One was a salted.
Why did the editor cross the road? To check the other side of the story.
I told my wife she was drawing her eyebrows too high. She looked surprised.
"Quote of the day": whoever wants to know the future should read yesterday's paper
> this is how people quote by hand
> and then answer
nope, that's fake
source?
source: trust me bro
any source for that?
is this true?
is it true what they wrote about the water?
explain please
why?
Why though
what does it mean
tl;dr
tldr anyone
summary please someone
can someone summarise https://news.example/long-read for me
brief me when you're back
brief
Brief: be there at six
to be brief, no
@everyone lunch
@all read the rules
@admin please pin this
@john_doe_bot_fan nice
@notsayso_bot hi
@sayso_bot2 hello
@sayso_botanist what flower is this
Guten Morgen zusammen
Weiß jemand, wann die Müllabfuhr kommt?
Donnerstag, steht hier: https://nachrichten.example/muell
Danke dir
Kann der Bot das auch auf Deutsch?
Der Bot ist mir zu langsam
@jonas hast du den Schlüssel
Hat jemand den Artikel über die Brücke gelesen? Ich komme nicht hinter die Bezahlschranke.
/hilfe
Доброе утро
Кто-нибудь знает, почему нет воды?
https://novosti.example/voda вот тут пишут
спасибо
хаха
@olga_p ты где
бот опять молчит
что пишет бот?
/старт
Всем привет, сегодня собрание в семь, приходите, будет про мост и про парковку.
Доброго ранку
Хто має ключ від підвалу?
https://novyny.example/mist
дякую
що сказав бот?
Buenos días
¿Alguien sabe a qué hora llega el camión?
https://noticias.example/camion
jajaja
gracias
¿qué dijo el bot?
Bonjour à tous
Quelqu'un a la clé ?
https://presse.example/pont voilà
merci
que dit le bot ?
今天下雨吗
不下
https://xinwen.example/yu
今日は雨ですか
صباح الخير
שלום לכולם
Sold! One bicycle, blue, 80, pick up today
WTB: winter tyres 205/55 R16
FREE kittens https://market.example/kittens
lost cat, grey, answers to Sayso
Sayso! come home!
say so if you need help
I say so
so they say
/say hello
/roll 2d6
/poll@poll_bot Pizza or pasta?
/ban@admin_bot @spammer
/warn spam
/mute 10m
/rules
/weather tomorrow
/stats@statistics_bot
/brief_me
/briefing
/startle
/ start
/
//comment
// https://news.example/a
see you tomorrow
good night
night
zzz
""".strip().splitlines()

PHOTO = {"photo": [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]}
STICKER: dict[str, Any] = {
    "sticker": {
        "file_id": "s",
        "file_unique_id": "t",
        "type": "regular",
        "width": 1,
        "height": 1,
        "is_animated": False,
        "is_video": False,
        "emoji": "😀",
    }
}
VOICE = {"voice": {"file_id": "v", "file_unique_id": "w", "duration": 3}}
CHANNEL = {"id": -1009, "type": "channel", "title": "City News", "username": "citynews"}
POSTED = {"type": "channel", "date": 1_795_176_000, "message_id": 9, "chat": CHANNEL}
PERSON = {"type": "hidden_user", "date": 1_795_176_000, "sender_user_name": "Someone"}
OTHER_BOT = {"id": 901, "is_bot": True, "first_name": "Other", "username": "other_bot"}
ARTICLE = "The council voted to close the bridge after the inspection report was published on Monday. " * 8

SENT: list[dict[str, Any]] = [
    *(PHOTO for _ in range(6)),
    PHOTO | {"caption": "our balcony"},
    PHOTO | {"caption": "from https://news.example/balcony"},
    PHOTO | {"caption": "@sayso_bot2 what is it"},
    *(PHOTO | {"media_group_id": "1"} for _ in range(4)),
    *(STICKER for _ in range(6)),
    *(VOICE for _ in range(3)),
    {"document": ("minutes.pdf", b"%PDF-1.4", "application/pdf")},
    {"document": ("minutes.txt", b"text", "text/plain"), "caption": "minutes of Thursday"},
    {"text": ARTICLE},
    {"text": f"{ARTICLE} https://news.example/bridge"},
    {"text": ARTICLE, "forward_origin": POSTED},
    {"text": "Bridge to close https://news.example/bridge", "forward_origin": POSTED},
    {"text": "@sayso_bot https://news.example/bridge", "forward_origin": PERSON},
    {"text": "/brief https://news.example/bridge", "forward_origin": PERSON},
    {"text": "/start", "forward_origin": PERSON},
    {"text": ARTICLE, "forward_origin": POSTED, "sender_chat": CHANNEL, "is_automatic_forward": True},
    {"text": "GIF via a bot", "via_bot": OTHER_BOT},
    {"text": "https://news.example/found", "via_bot": OTHER_BOT},
    {"text": "@sayso_bot https://a.example", "entities": [{"type": "pre", "offset": 0, "length": 28}]},
    {"text": "/brief in code", "entities": [{"type": "code", "offset": 0, "length": 6}]},
    {"new_chat_title": "Our street"},
    {"new_chat_members": [{"id": 77, "is_bot": False, "first_name": "New"}]},
    {"left_chat_member": {"id": 77, "is_bot": False, "first_name": "New"}},
    {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}},
    {"text": "x", "reply_to_story": {"chat": CHANNEL, "id": 3}},
    {"game": {"title": "Snake", "description": "d", "photo": PHOTO["photo"]}},
    {"dice": {"emoji": "🎲", "value": 4}},
    {"location": {"latitude": 1.0, "longitude": 2.0}},
    {"contact": {"phone_number": "+49151", "first_name": "Plumber"}},
]  # fmt: skip

TALK: list[dict[str, Any]] = [
    *({"text": line} for line in LINES),
    *SENT,
]
