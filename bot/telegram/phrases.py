"""What the bot says about itself; constants are English and translated where they are used."""

import math
from typing import Final

from bot.locales import N_, _, ngettext
from bot.telegram.submissions import FILE_LIMIT_MB
from storage import keys
from storage.limits import Limit, Refusal, Whose

DAY_S: Final = 86_400
HOUR_S: Final = 3_600
MINUTE_S: Final = 60

COMMANDS: Final = {
    "start": N_("what this bot does"),
    "help": N_("how to use it"),
    "brief": N_("brief a link or a text, or the message you reply to"),
    "ask": N_("ask about a brief, or reply to it with your question"),
    "compare": N_("what two articles on one story have in common"),
    "search": N_("find public articles that I have read"),
    "cancel": N_("stop what you asked for here"),
    "settings": N_("languages, length, and links in groups"),
    "digest": N_("one message a day of what was read and followed here"),
    "follow": N_("let the digest read a news site's feed"),
    "following": N_("the feeds that the digest reads"),
    "usage": N_("what you have used of the model today and this month"),
    "privacy": N_("what is kept, and for how long"),
    "forget": N_("delete this chat's private briefs and questions"),
}

START: Final = N_(
    "I read a news article for you and tell you who says what.\n"
    "Send me a link, forward a channel's post, or paste the text.\n"
    "You get a short neutral brief, and every assertion that the article does not establish, word for word.\n"
    "For example: “Officials say the bridge is safe” comes back flagged: unnamed source."
)

UNKNOWN_COMMAND: Final = N_("I do not know that command. /help lists what I can do.")
NOTHING_TO_BRIEF: Final = N_(
    "Write /brief and a link after it, or reply with /brief to a message that holds an article."
)
EXPIRED: Final = N_("That brief has expired. Send the link again.")
HOW_TO_ASK: Final = N_("Reply to this message with your question about the article.")
HOW_TO_ASK_ELSEWHERE: Final = N_(
    "I cannot read replies in this chat. Send me the link in a chat with me, then ask there."
)
NOTHING_TO_CANCEL: Final = N_("There is nothing to cancel.")
LOOKED_UP: Final = N_(
    "For context, names and subjects of an article are looked up in Wikipedia and in what else the operator "
    "has set up. Of a text or file that you send, no sentence goes there."
)
FOREIGN: Final = N_("This brief belongs to another chat.")


def help_text(vision: str | None = None) -> str:
    """Return what can be sent, what a flag means, and the commands; `vision` is the model that sees."""
    file = _("• a .pdf, .docx, .odt, .epub, .txt, .html or .md file, up to {limit_mb} MB")
    return "\n".join(
        (
            _("Send me one of these:"),
            _("• a link to a news article (up to three at a time)"),
            _("• a forwarded channel post, or the pasted text of an article"),
            file.format(limit_mb=FILE_LIMIT_MB),
            *([_("• a photo or screenshot of an article, or an album of them")] if vision else []),
            "",
            _(
                "A flag means that this article does not establish the assertion. "
                "It does not mean that it is false."
            ),
            "",
            *(f"/{name} – {_(does)}" for name, does in COMMANDS.items()),
        )
    )


def privacy(model: str | None, vision: str | None = None, *, looks_up: bool = False) -> str:
    """Return what is kept and for how long, by the store's own figures.

    `model` is where articles go, `vision` where pictures go; `looks_up`: context is looked up elsewhere.
    """
    return "\n".join(
        (
            _("What I keep, and for how long:"),
            _("• A brief and its article: {period}, so that its buttons work.").format(
                period=_days(keys.BRIEF_TTL_S)
            ),
            _("• A page read from a link: {period}, shared by everyone who sends that link.").format(
                period=_hours(keys.PAGE_TTL_S)
            ),
            _("• What such a page says can be found with /search, by everyone who uses me, as long."),
            _(
                "• A text, post or file that you send: only inside its brief, only for this chat. "
                "/forget deletes these at once."
            ),
            _(
                "• What is asked about a brief, and the answers: only for this chat, {period} after the last "
                "question. /forget deletes these, too."
            ).format(period=_days(keys.THREAD_TTL_S)),
            _(
                "• Your message itself: until it is answered. "
                "One that fails three times is kept {period} for the operator."
            ).format(period=_days(keys.DEAD_LETTER_TTL_MS // 1_000)),
            _("• Which message of mine answers yours (numbers only): {period}.").format(
                period=_days(keys.ANSWER_TTL_S)
            ),
            _("• How often you asked (numbers only): {period}.").format(period=_days(keys.CHARGE_TTL_S)),
            _("• How much of the model you used (numbers only): {period}.").format(
                period=_days(keys.BUDGETS_KEPT_S)
            ),
            _("• Which messages of mine are about which brief (numbers only): {period}.").format(
                period=_days(keys.SHOWN_TTL_S)
            ),
            _("• For the digest, which briefs were shown here and what it told: {period}.").format(
                period=_days(keys.READ_TTL_S)
            ),
            _(
                "• Which chats had a public page briefed (numbers only), to tell them once when it changes: "
                "{period}."
            ).format(period=_days(keys.BRIEF_TTL_S)),
            _("• A comparison of articles: as long as a brief. /forget deletes those with a text of yours."),
            _("• What you choose in /settings and /digest, and the feeds you follow: until you change it."),
            _("I keep no profile and no chat history, and no text goes into logs."),
            _(
                "To write a brief, the article's text goes to the model {model}; to answer a question, the "
                "question and those before it go there, too. Who you are does not."
            ).format(model=model)
            if model
            else _("No model is used: the article's text stays on this machine."),
            *([_pictures_go(vision)] if vision else []),
            *([_(LOOKED_UP)] if looks_up else []),
        )
    )


def _pictures_go(vision: str) -> str:
    return _(
        "A picture goes to the model {model}, made anew from its pixels: without place, time and camera. "
        "It is not kept."
    ).format(model=vision)


def forgotten(count: int, asked_about: int = 0, *, had_digest: bool = False) -> str:
    """Say how many private briefs were deleted, of how many the questions, and if the digest is gone."""
    sentences = [_forgotten_briefs(count)]
    if asked_about:
        questions = ngettext(
            "Deleted: the questions about {count} brief, and their answers.",
            "Deleted: the questions about {count} briefs, and their answers.",
            asked_about,
        )
        sentences.append(questions.format(count=asked_about))
    if had_digest:
        sentences.append(_("Its digest and the feeds that it follows are gone, too."))
    return " ".join(sentences)


def _forgotten_briefs(count: int) -> str:
    if count == 0:
        return _(
            "This chat has no private briefs. Briefs of public links are shared and expire by themselves."
        )
    return ngettext(
        "Deleted: {count} private brief of this chat. Its buttons no longer work.",
        "Deleted: {count} private briefs of this chat. Their buttons no longer work.",
        count,
    ).format(count=count)


LIMITS: Final[dict[tuple[Limit, Whose], str]] = {
    ("rate", "person"): N_("You send more than I can read. Ask again {when}."),
    ("rate", "chat"): N_("More is asked here than I can read. Ask again {when}."),
    ("briefs", "person"): N_("You have used up your new briefs for today. There will be more {when}."),
    ("briefs", "chat"): N_("This group has used up its new briefs for today. There will be more {when}."),
    ("questions", "person"): N_("You have used up your questions for today. There will be more {when}."),
    ("questions", "chat"): N_("This group has used up its questions for today. There will be more {when}."),
}


def limit_reached(refusal: Refusal) -> str:
    """Say which limit is reached, and when it ends."""
    return _(LIMITS[refusal.limit, refusal.whose]).format(when=_in_time(refusal.wait_s))


def _in_time(seconds: float) -> str:
    """Return when something will be: "in 3 minutes", never too early."""
    if seconds <= MINUTE_S:
        count = max(1, math.ceil(seconds))
        said = ngettext("in {count} second", "in {count} seconds", count)
    elif seconds <= HOUR_S:
        count = math.ceil(seconds / MINUTE_S)
        said = ngettext("in {count} minute", "in {count} minutes", count)
    else:
        count = math.ceil(seconds / HOUR_S)
        said = ngettext("in {count} hour", "in {count} hours", count)
    return said.format(count=count)


def in_line(ahead: int) -> str:
    """Say how many requests come before this one."""
    return ngettext("{count} request before you…", "{count} requests before you…", ahead).format(count=ahead)


def left_over(total: int, done: int) -> str:
    """Say that some links of a message were not briefed."""
    return _(
        "I briefed the first {done} of {total} links. Send the others again, up to {done} at a time."
    ).format(done=done, total=total)


def _days(seconds: int) -> str:
    days = seconds // DAY_S
    return ngettext("{days} day", "{days} days", days).format(days=days)


def _hours(seconds: int) -> str:
    hours = seconds // HOUR_S
    return ngettext("{hours} hour", "{hours} hours", hours).format(hours=hours)
