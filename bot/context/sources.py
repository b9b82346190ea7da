"""What a source of context is, and how one is asked: from the cache, within a deadline, never loudly."""

import logging
from collections.abc import Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.article.addresses import parse_address
from bot.article.fetch import Fetcher
from bot.article.mediatypes import JSON
from bot.context.models import Candidate, Query, QueryKind
from bot.errors import AddressRefused, AnswerGarbled, ReadError, StoreUnavailable
from storage.context import ContextStore

log = logging.getLogger(__name__)

LONGEST_TEXT = 4_000
"""Characters of a passage that are kept: more than any lead has."""


class Answered(BaseModel):
    """Base of what services answer: fields that are not named here do not matter."""

    model_config = ConfigDict(extra="ignore", frozen=True)


A = TypeVar("A", bound=Answered)


class ContextSource(Protocol):
    """Where context can come from."""

    @property
    def name(self) -> str:
        """What it is called in the log and in the cache."""

    @property
    def kinds(self) -> frozenset[QueryKind]:
        """Which queries it is asked."""

    @property
    def ttl_s(self) -> int:
        """How long an answer stays good, in seconds; 0, of what is at hand anyway, keeps none."""

    async def search(self, query: Query, languages: Sequence[str]) -> tuple[Candidate, ...]:
        """Look a query up in the first of some languages (ISO 639-1) that knows it; raises ReadError."""


async def ask(
    source: ContextSource, query: Query, languages: Sequence[str], store: ContextStore | None
) -> tuple[Candidate, ...] | None:
    """Return what a source knows of a query, lately or now; None when it could not be asked."""
    asked = " ".join((*languages, query.text))
    try:
        known = await store.find(source.name, asked) if store and source.ttl_s else None
    except StoreUnavailable:
        store, known = None, None
    if known is not None:
        return known
    try:
        found = await source.search(query, languages)
    except (ReadError, StoreUnavailable) as exc:
        log.info("%s was not asked for context: %s: %s", source.name, type(exc).__name__, exc)
        return None
    if store and source.ttl_s:
        await _keep(store, source, asked, found)
    return found


async def _keep(store: ContextStore, source: ContextSource, asked: str, found: tuple[Candidate, ...]) -> None:
    try:
        await store.keep(source.name, asked, found, source.ttl_s)
    except StoreUnavailable:
        return


async def fetch_answer(fetcher: Fetcher, url: str, model: type[A], *, is_chosen: bool) -> A:
    """Fetch a service's answer and read it as `model`; raises ReadError leaves."""
    page = await fetcher.fetch(url, JSON, is_chosen=is_chosen)
    try:
        return model.model_validate_json(page.body)
    except ValidationError as exc:
        raise AnswerGarbled(f"no answer of the service: {exc.error_count()} errors") from exc


def is_public(url: str | None) -> bool:
    """Whether an address that a stranger names may be shown to readers as a link."""
    try:
        parse_address(url or "")
    except AddressRefused:
        return False
    return True


def as_day(stated: str | None) -> str | None:
    """Return the ISO date at the beginning of a timestamp, or None."""
    day = (stated or "")[:10]
    digits = day.replace("-", "")
    return day if len(day) == 10 and day[4] == day[7] == "-" and digits.isdecimal() else None
