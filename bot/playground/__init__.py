"""A local Bot API server and a chat page, to try and to test the bot without Telegram."""

from bot.playground.faults import Fault, Faults
from bot.playground.flood import Limits
from bot.playground.server import PlaygroundServer

__all__ = ["Fault", "Faults", "Limits", "PlaygroundServer"]
