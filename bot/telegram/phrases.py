"""What the bot says about itself."""

from typing import Final

from bot.telegram.submissions import FILE_LIMIT_MB
from storage import keys

DAY_S: Final = 86_400
HOUR_S: Final = 3_600

COMMANDS: Final = {
    "start": "what this bot does",
    "help": "how to use it",
    "brief": "brief a link or a text, or the message you reply to",
    "privacy": "what is kept, and for how long",
    "forget": "delete this chat's private briefs",
}

START: Final = (
    "I read a news article for you and tell you who says what.\n"
    "Send me a link, forward a channel's post, or paste the text.\n"
    "You get a short neutral brief, and every assertion that the article does not establish, word for word.\n"
    "For example: “Officials say the bridge is safe” comes back flagged: unnamed source."
)

HELP: Final = (
    "Send me one of these:\n"
    "• a link to a news article (up to three at a time)\n"
    "• a forwarded channel post, or the pasted text of an article\n"
    f"• a .pdf, .txt, .html or .md file, up to {FILE_LIMIT_MB} MB\n\n"
    "A flag means that this article does not establish the assertion. It does not mean that it is false.\n\n"
    + "\n".join(f"/{name} – {does}" for name, does in COMMANDS.items())
)

UNKNOWN_COMMAND: Final = "I do not know that command. /help lists what I can do."
NOTHING_TO_BRIEF: Final = (
    "Write /brief and a link after it, or reply with /brief to a message that holds an article."
)
EXPIRED: Final = "That brief has expired. Send the link again."
FOREIGN: Final = "This brief belongs to another chat."


def privacy(model: str | None) -> str:
    """Return what is kept and for how long, by the store's own figures; `model` is where articles go."""
    dead_days = keys.DEAD_LETTER_TTL_MS // (1_000 * DAY_S)
    days, hours = keys.BRIEF_TTL_S // DAY_S, keys.PAGE_TTL_S // HOUR_S
    where = (
        f"To write a brief, the article's text goes to the model {model}. Who you are does not."
        if model
        else "No model is used: the article's text stays on this machine."
    )
    return (
        "What I keep, and for how long:\n"
        f"• A brief and its article: {days} days, so that its buttons work.\n"
        f"• A page read from a link: {hours} hours, shared by everyone who sends that link.\n"
        "• A text, post or file that you send: only inside its brief, only for this chat. "
        "/forget deletes these at once.\n"
        "• Your message itself: until it is answered. "
        f"One that fails three times is kept {dead_days} days for the operator.\n"
        f"• Which message of mine answers yours (numbers only): {keys.ANSWER_TTL_S // DAY_S} days.\n"
        "I keep no profile and no chat history, and no text goes into logs.\n"
        f"{where}"
    )


def forgotten(count: int) -> str:
    """Say how many private briefs were deleted."""
    if count == 0:
        return "This chat has no private briefs. Briefs of public links are shared and expire by themselves."
    briefs = "brief" if count == 1 else "briefs"
    return f"Deleted: {count} private {briefs} of this chat. Their buttons no longer work."


def left_over(total: int, done: int) -> str:
    """Say that some links of a message were not briefed."""
    return f"I briefed the first {done} of {total} links. Send the others again, up to {done} at a time."
