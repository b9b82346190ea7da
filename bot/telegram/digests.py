"""/digest: when a chat gets its digest, said in words or chosen by buttons; in groups by admins."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.digest.calendar import EVERY_DAY, Schedule
from bot.digest.delivery import FIRST_LOOK_BACK, ChatClosed, NotSent
from bot.digest.models import Subscription
from bot.digest.wishes import WEEKDAYS, WEEKLY, Wish, read_wish
from bot.errors import StoreUnavailable
from bot.locales import N_, _, show_city, show_weekday, show_weekday_name, spoken_language
from bot.telegram import phrases
from bot.telegram.answers import Occasion
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.once import answer_once
from bot.telegram.preferences import ADMINS_ONLY, may_choose
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context, answer_press
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Posted

DEFAULT_AT: Final = time(8, 30)
TIMES: Final = (time(7), time(8, 30), time(12), time(18))
ZONES: Final = {
    "en": ("Europe/London", "America/New_York", "America/Chicago", "America/Los_Angeles", "Australia/Sydney"),
    "de": ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich"),
    "es": ("Europe/Madrid", "America/Mexico_City", "America/Bogota", "America/Argentina/Buenos_Aires"),
    "fr": ("Europe/Paris", "Europe/Brussels", "America/Montreal", "Africa/Abidjan"),
    "ru": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Almaty", "Europe/Berlin"),
    "uk": ("Europe/Kyiv", "Europe/Warsaw", "Europe/Berlin"),
}
"""Where people who speak a language are, the likeliest first."""

NOT_UNDERSTOOD: Final = N_(
    "Write /digest and a time, such as /digest 08:30, and your city if you like: /digest 08:30 Kyiv. "
    "/digest off ends it, /digest now sends one at once."
)
WHICH_ZONE: Final = N_("What time is it where you are? Or write /digest {at} and your city.")
NO_DIGEST: Final = N_("This chat gets no digest. When shall it come?")
ENDED: Final = N_("This chat gets no more digests.")
NOTHING_TO_TELL: Final = N_("Nothing new since the last digest.")
COULD_NOT: Final = N_("The digest could not be made just now. Please try again in a minute.")

_DATA = re.compile(r"w:(show|at|days|zone|quiet|now|off):?([A-Za-z0-9_+/-]{0,40})(?::([0-9]{4}))?")
_DAYS: Final = {
    "all": EVERY_DAY,
    "work": WEEKDAYS,
    "week": WEEKLY,
    **{str(day): frozenset({day}) for day in range(1, 8)},
}


async def on_digest(update: Update, _context: Context, *, backend: Backend) -> None:
    """Do what is written after /digest, or show what is chosen."""
    message = update.message
    if message is None:
        return
    occasion = occasion_of(update, message)
    if not await may_choose(message.chat, message.from_user, message.sender_chat):
        await answer_once(say(_(ADMINS_ONLY)), occasion, backend=backend)
        return
    wish = read_wish((message.text or "").partition(" ")[2])
    reply = say(_(NOT_UNDERSTOOD)) if wish is None else await _grant(wish, message.chat_id, occasion, backend)
    if reply is not None:
        await answer_once(reply, occasion, backend=backend)


async def on_digest_choice(update: Update, _context: Context, *, backend: Backend) -> None:
    """Do what a button says, and show in its message what is chosen now."""
    query = update.callback_query
    found = _DATA.fullmatch(query.data or "") if query else None
    if query is None or query.message is None or found is None:
        return
    chat = query.message.chat
    if not await may_choose(chat, query.from_user):
        await answer_press(query, _(ADMINS_ONLY))
        return
    occasion = occasion_of(update, query.message)
    try:
        reply = await _grant(_wish_of(*found.groups()), chat.id, occasion, backend)
    except StoreUnavailable as exc:
        await answer_press(query, exc.sentence)
        return
    await answer_press(query)
    if reply is not None:
        await backend.sender.edit(Posted(chat.id, query.message.message_id), reply)


def _wish_of(what: str, value: str, at: str | None) -> Wish:
    """Return what a button stands for; what is not of our making is a wish to see."""
    if what in {"off", "now"}:
        return Wish(action="off" if what == "off" else "now")
    if what == "at" and len(value) == 4 and value.isdecimal():
        return Wish(action="set", at=_clock(value))
    if what == "zone" and value in available_timezones():
        return Wish(action="set", zone=value, at=_clock(at) if at else None)
    if what == "days" and value in _DAYS:
        return Wish(action="set", weekdays=_DAYS[value])
    if what == "quiet":
        return Wish(action="set", says_nothing_new=value == "off")
    return Wish(action="zones" if what == "zone" else "show")


def _clock(digits: str) -> time:
    return time(int(digits[:2]) % 24, int(digits[2:]) % 60)


async def _grant(wish: Wish, chat_id: int, occasion: Occasion, backend: Backend) -> Reply | None:
    """Do what is wished, and return what to say; None when a digest says it."""
    had = (await backend.digests.record(chat_id)).subscription
    at = wish.at or (had.schedule.at if had else DEFAULT_AT)
    if wish.action == "off":
        await backend.digests.subscribe(chat_id, None)
    elif wish.action == "now":
        # The articles that feeds brought are briefed for it.
        if refusal := await backend.limits.spend(asker(), occasion.answer_id, "briefs"):
            return say(phrases.limit_reached(refusal))
        return await _send_now(chat_id, had or _new(at, "UTC", occasion), backend)
    elif wish.action == "zones" or (wish.action == "set" and not wish.zone and had is None):
        return _ask_zone(at)
    elif wish.action == "set":
        wanted = had or _new(at, wish.zone or "UTC", occasion)
        schedule = replace(
            wanted.schedule,
            at=at,
            zone=wish.zone or wanted.schedule.zone,
            weekdays=wish.weekdays or wanted.schedule.weekdays,
        )
        says = wanted.says_nothing_new if wish.says_nothing_new is None else wish.says_nothing_new
        changes = {"schedule": schedule, "says_nothing_new": says}
        await backend.digests.subscribe(chat_id, wanted.model_copy(update=changes))
    return await _tell(chat_id, backend, is_end=wish.action == "off")


def _new(at: time, zone: str, occasion: Occasion) -> Subscription:
    return Subscription(
        schedule=Schedule(at=at, zone=zone), language=spoken_language(), topic_id=occasion.thread_id
    )


async def _send_now(chat_id: int, wanted: Subscription, backend: Backend) -> Reply | None:
    """Send a digest of what came since the last one, or of the last day."""
    now, record = datetime.now(UTC), await backend.digests.record(chat_id)
    day = now.astimezone(ZoneInfo(wanted.schedule.zone)).date()
    post = backend.delivery.post
    try:
        issue = await post.compose(chat_id, day, record.told_until or now - FIRST_LOOK_BACK, now, wanted)
        if issue is None or issue.digest is None:
            return say(_(NOTHING_TO_TELL))
        await post.send(chat_id, day, issue)
    except NotSent:
        return say(_(COULD_NOT))
    except ChatClosed:
        return None
    await backend.digests.note_told(chat_id, now)
    await post.told(chat_id, issue)
    return None


async def _tell(chat_id: int, backend: Backend, *, is_end: bool = False) -> Reply:
    """Plan the next digest and say when it comes, with buttons to choose otherwise."""
    due = await backend.delivery.plan(chat_id)
    wanted = (await backend.digests.record(chat_id)).subscription
    if due is None or wanted is None:
        times = _rows([_time_button(at) for at in TIMES])
        return say(_(ENDED)) if is_end else Reply(_(NO_DIGEST), keyboard=times)
    schedule, zone = wanted.schedule, ZoneInfo(wanted.schedule.zone)
    comes = due.instant.astimezone(zone)
    lines = (
        _("☕ The digest of this chat: {days}, {at}.").format(
            days=_say_days(schedule.weekdays), at=f"{schedule.at:%H:%M}"
        ),
        _("Time zone: {zone}, where it is {now} now.").format(
            zone=show_city(schedule.zone), now=f"{datetime.now(zone):%H:%M}"
        ),
        _("The next one: {day}, {at}.").format(day=show_weekday(comes.date()), at=f"{comes:%H:%M}"),
        _("With nothing new it says so in one line.")
        if wanted.says_nothing_new
        else _("With nothing new there is no message."),
    )
    return Reply("\n".join(lines), keyboard=_choices(wanted))


def _ask_zone(at: time) -> Reply:
    """Ask for the zone by what the clocks show there."""
    now = datetime.now(UTC)
    buttons = [
        _button(f"{show_city(zone)} · {now.astimezone(ZoneInfo(zone)):%H:%M}", f"zone:{zone}:{at:%H%M}")
        for zone in ZONES[spoken_language()]
    ]
    return Reply(_(WHICH_ZONE).format(at=f"{at:%H:%M}"), keyboard=_rows(*([button] for button in buttons)))


def _choices(wanted: Subscription) -> InlineKeyboardMarkup:
    """Return the buttons under what is chosen now."""
    schedule = wanted.schedule
    times = [_time_button(at, is_chosen=at == schedule.at) for at in TIMES]
    labels = {"all": _("Every day"), "work": _("Weekdays"), "week": _("Once a week")}
    is_weekly = len(schedule.weekdays) == 1
    chosen = (
        "week" if is_weekly else next((name for name in labels if _DAYS[name] == schedule.weekdays), None)
    )
    days = [_button(label, f"days:{name}", is_chosen=name == chosen) for name, label in labels.items()]
    week = [
        _button(show_weekday_name(day, is_short=True), f"days:{day}", is_chosen=day in schedule.weekdays)
        for day in range(1, 8)
        if is_weekly
    ]
    quiet = (
        _button(_("Quiet when nothing is new"), "quiet:on")
        if wanted.says_nothing_new
        else _button(_("Say when nothing is new"), "quiet:off")
    )
    zone = _button(_("Time zone"), "zone")
    ends = [_button(_("Send one now"), "now"), _button(_("No more"), "off")]
    return _rows(times, days, week[:4], week[4:], [zone, quiet], ends)


def _say_days(weekdays: frozenset[int]) -> str:
    named = {EVERY_DAY: _("every day"), WEEKDAYS: _("Monday to Friday")}
    return named.get(weekdays) or ", ".join(map(show_weekday_name, sorted(weekdays)))


def _time_button(at: time, *, is_chosen: bool = False) -> InlineKeyboardButton:
    return _button(f"{at:%H:%M}", f"at:{at:%H%M}", is_chosen=is_chosen)


def _button(label: str, data: str, *, is_chosen: bool = False) -> InlineKeyboardButton:
    return InlineKeyboardButton(f"✓ {label}" if is_chosen else label, callback_data=f"w:{data}")


def _rows(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])
