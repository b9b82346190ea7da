"""Why a picture gave no article: these leaves of the error tree stand beside what raises them."""

from bot.errors import InputError
from bot.locales import N_


class ImageError(InputError):
    """A picture that cannot be briefed."""


class ImageUnseen(ImageError):
    """A picture where no model is set that can see."""

    template = N_("I cannot read pictures here. Send me the article's link, or paste its text.")


class ImageUnread(ImageError):
    """A picture that the model did not transcribe."""

    phrases = frozenset({"reason"})
    template = N_("{reason}, so I could not read the picture. Send the article's link, or paste its text.")


class ImageBroken(ImageError):
    """Data that begin like a picture and are none, or one of absurd size."""

    template = N_("I could not open that picture. Send it as JPEG, PNG or WebP, or paste the article's text.")


class ImageIllegible(ImageError):
    """A picture without an article in it, or with one that cannot be read."""

    template = N_(
        "I could not make out an article in that picture. "
        "Send a sharper one, the article's link, or paste its text."
    )
