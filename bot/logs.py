"""The log on stderr: one line an event, for eyes or for machines, with the ids of what it is about.

A line holds no text of an article, a chat or a person, and no address that holds the bot's token.
"""

import logging
import sys
from contextlib import AbstractContextManager
from typing import Final, Literal

import structlog
from structlog.typing import Processor

Form = Literal["text", "json"]

LOUD_LOGGERS: Final = (
    "telegram",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "aiohttp",
    "asyncio",
    "trafilatura",
)
"""Below WARNING these print URLs, which can hold the token, or messages, which hold people's texts."""


def set_up_logging(level: str, form: Form = "text") -> None:
    """Log to stderr from this level on."""
    shown: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shown,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet_loggers()


def quiet_loggers() -> None:
    """Keep libraries from printing the token and people's texts, whatever our own level is."""
    for name in LOUD_LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


def about(**ids: int | str) -> AbstractContextManager[None]:
    """Name what all lines of this task are about, and of the tasks that it starts, while the block lasts."""
    return structlog.contextvars.bound_contextvars(**ids)
