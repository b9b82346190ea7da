"""Everything that can go wrong, as one tree; each leaf has a sentence for the user.

SaysoError
├── SettingsError        a setting is wrong; stops the start
├── InputError           what was sent cannot be briefed
│   ├── NothingToBrief
│   ├── TextTooShort
│   ├── FileEmpty
│   ├── FileTooLarge
│   ├── FileLocked
│   ├── FileBloated
│   ├── FileUnsafe
│   └── FileUnsupported  others in `bot/article/unreadable.py`, `bot/comparing/pipeline.py`
├── ReadError            a page could not be read
│   ├── AddressRefused
│   ├── HostUnreachable
│   ├── InsecureConnection
│   ├── InsecureRedirect
│   ├── TooManyRedirects
│   ├── AnswerGarbled
│   ├── PageTimeout
│   ├── PageStatus
│   ├── PageTooLarge
│   ├── PageUnsupported
│   ├── CookieWall
│   ├── PaidPage
│   ├── VideoPage
│   ├── ListingPage
│   ├── NoArticle
│   └── PageTooComplex
├── EngineError          the model gave no usable draft; the offline engine takes over
│   ├── EngineUnavailable
│   │   └── EngineResting
│   ├── EngineTimeout
│   ├── EngineGarbled
│   ├── EngineRefused
│   └── EngineTruncated
├── CalledOff            who asked wants no answer any more
└── StoreUnavailable     Redis does not answer; work goes on without it

`str(error)` is the cause for the log and never holds anyone's text; `error.sentence` is what a reader sees,
in their own language. What only the operator meets (SettingsError) is English.
"""

from typing import Any, ClassVar

from bot.locales import N_, _


class SaysoError(Exception):
    """The root: an expected failure with one clear sentence for the reader."""

    template: ClassVar[str] = N_("Something went wrong on our side. Please try again in a minute.")
    phrases: ClassVar[frozenset[str]] = frozenset()
    """Which of the values are words of ours, to be translated with the sentence."""

    def __init__(self, cause: str = "", **values: object) -> None:
        super().__init__(cause or type(self).__name__)
        self.values = values

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        shown = {name: _(str(v)) if name in self.phrases else v for name, v in self.values.items()}
        return _(self.template).format(**shown)


class SettingsError(SaysoError):
    """A setting is missing or wrong."""

    template = "{problem}"


class InputError(SaysoError):
    """What was sent cannot be briefed."""


class NothingToBrief(InputError):
    """A message with neither a link nor enough text."""

    template = N_("Send me a link to a news article, its text or a PDF of it, and I will brief it.")


class TextTooShort(InputError):
    """Fewer words than a brief needs."""

    template = N_("That is only {words} words. Send at least {minimum} words of an article, or a link to it.")


class FileEmpty(InputError):
    """A file without text."""

    template = N_(
        "That file holds no text I can read. Send the article as .pdf, .docx, .epub, .txt, .html or .md, "
        "or paste it."
    )


class FileTooLarge(InputError):
    """A file over the limit."""

    template = N_("That file is too large; I read files up to {limit_mb} MB. Paste the text instead.")


class FileLocked(InputError):
    """A file that opens with a password only."""

    template = N_("That file is locked with a password. Paste the article's text instead.")


class FileBloated(InputError):
    """A packed file that unpacks to far more than an article has."""

    template = N_(
        "That file unpacks to far more than an article holds, so I did not open it. Paste the text instead."
    )


class FileUnsafe(InputError):
    """A packed file that is built as an attack is: names that lead elsewhere, entities that multiply."""

    template = N_("That file could do harm, so I did not open it. Paste the article's text instead.")


class FileUnsupported(InputError):
    """Not a kind of file that holds an article."""

    template = N_(
        "I cannot read that file. Send the article as .pdf, .docx, .epub, .txt, .html or .md, "
        "or paste its text."
    )


class ReadError(SaysoError):
    """A page could not be read."""

    template = N_("I could not read that page. Paste the article's text and I will brief it.")


class AddressRefused(ReadError):
    """Not a public web address, or one that leads inside a network."""

    template = N_(
        "I only open public web pages (http and https), and that address is not one. Paste the text instead."
    )


class HostUnreachable(ReadError):
    """No such host, or nothing answers there."""

    template = N_("I could not reach {host}. Check the link, or paste the article's text.")


class InsecureConnection(ReadError):
    """TLS failed: a certificate that is expired, self-signed or another host's, or no TLS at all."""

    template = N_(
        "{host} could not prove that it is {host}, so I did not open the page. Paste the text instead."
    )


class InsecureRedirect(ReadError):
    """A redirect leads from https to http."""

    template = N_("{host} forwards me to an unprotected address, so I stopped there. Paste the text instead.")


class TooManyRedirects(ReadError):
    """A link that is forwarded again and again."""

    template = N_("That link forwards me again and again. Open it, and send me the address where you end up.")


class AnswerGarbled(ReadError):
    """What came is no HTTP, or stops in the middle, or was made to keep a reader busy."""

    template = N_("That site's answer is broken, so I could not read it. Try again later, or paste the text.")


class PageTimeout(ReadError):
    """The deadline passed before the page was there."""

    template = N_("{host} did not answer in time. Try again later, or paste the article's text.")


class PageStatus(ReadError):
    """The server answered with an error status."""

    template = N_(
        "{host} answered with error {status} instead of the article. Check the link, or paste the text."
    )


class PageTooLarge(ReadError):
    """More bytes than the limit."""

    template = N_("That page is larger than {limit_mb} MB, so I stopped reading. Paste the text instead.")


class PageUnsupported(ReadError):
    """Not a text page: an image, a video, an archive."""

    phrases = frozenset({"what"})
    template = N_("That link leads to {what}, not to an article's page. Paste the article's text instead.")


class CookieWall(ReadError):
    """A consent page, a login or a bot check stands where the article should."""

    template = N_("{host} shows me a consent or login page, not the article. Paste its text instead.")


class PaidPage(ReadError):
    """Nothing of a paid article may be read without paying."""

    template = N_(
        "That article is for subscribers only. If you can open it, paste its text and I will brief it."
    )


class VideoPage(ReadError):
    """A video with a few words about it."""

    template = N_("That page is a video with hardly any text, and I only read. Send me an article about it.")


class ListingPage(ReadError):
    """A front page, a section or a list of results."""

    template = N_("That page lists many articles. Open the one you mean and send me its link.")


class NoArticle(ReadError):
    """Nothing on the page reads like an article."""

    template = N_("I found no article on that page. Paste the article's text and I will brief it.")


class PageTooComplex(ReadError):
    """Extraction hit its limit of time or memory."""

    template = N_("That page is too complex for me to read safely. Paste the article's text instead.")


class EngineError(SaysoError):
    """The model gave no usable draft; `usage` is what its calls cost all the same, a Usage or None."""

    template = N_("The model could not be used")

    def __init__(self, cause: str = "", *, usage: Any = None, **values: object) -> None:
        super().__init__(cause, **values)
        self.usage = usage


class EngineUnavailable(EngineError):
    """Nothing answers at the model's address, or it answers with an error."""

    template = N_("The model could not be reached")


class EngineResting(EngineUnavailable):
    """The model's server has been failing, so that no call was made."""

    template = N_("The model has been failing for a while, so I did not wait for it")


class EngineTimeout(EngineError):
    """The deadline passed before the draft was complete."""

    template = N_("The model did not answer in time")


class EngineGarbled(EngineError):
    """The answer is not a draft."""

    template = N_("The model's answer could not be used")


class EngineRefused(EngineError):
    """The model or its filter declined to write."""

    template = N_("The model declined to answer")


class EngineTruncated(EngineError):
    """The answer stops in the middle."""

    template = N_("The model's answer was cut off")


class CalledOff(SaysoError):
    """Who asked wants no answer any more."""

    template = N_("Cancelled.")


class StoreUnavailable(SaysoError):
    """Redis does not answer."""

    template = N_("My memory is away for a moment. Please try again in a minute.")
