"""Whether a text gives orders to whatever machine reads it."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_CHARACTERS = 20_000  # looked at


def gives_orders(text: str) -> bool:
    """Tell whether a text nobody sees reads like an instruction to a language model.

    Only hidden text is asked about: an article may well quote such sentences.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:_CHARACTERS]).casefold().replace("’", "'").split())
    return _orders().search(plain) is not None


@cache
def _orders() -> re.Pattern[str]:
    data = tomllib.loads(files("bot.article").joinpath("data", "orders.toml").read_text(encoding="utf-8"))
    return re.compile("|".join(rf"\b(?:{pattern})" for patterns in data.values() for pattern in patterns))
