"""Full-text search over the public articles that were briefed: an inverted index in sorted sets.

Every posting holds an article's number under a term, with the term's part of its BM25 score; a search sums
them on the server, weighted by how few articles hold each word. All keys share one hash tag, so that a script
touches one slot of a cluster. An article goes with its brief's lifetime, or when newer ones need its place.
"""

import asyncio
import hashlib
import logging
import re
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.article.models import PUBLIC, Frozen
from bot.briefing.models import Brief
from bot.briefing.terms import read_search, weigh_terms
from storage import keys
from storage.connection import store_errors

log = logging.getLogger(__name__)

LONGEST_QUERY: Final = 300
"""Characters of a search that are read."""

MOST_HITS: Final = 50

_MOST_FORGOTTEN = 20
"""Articles that one call takes out: each has some hundred postings, and the server does nothing else then."""

_ARTICLES = keys.ARCHIVE + "articles"

_TOKEN = re.compile(r"[A-Za-z0-9_]{16,}")
_HEX = re.compile(r"[0-9a-fA-F]{24,}")

# `prefix` is all that the keys begin with; `forget` takes an article out with all its postings.
_FORGET = """
local prefix = ARGV[1]
local function forget(number)
    local page, terms = unpack(redis.call('HMGET', prefix .. 'terms:' .. number, 'page', 'terms'))
    for term in string.gmatch(terms or '', '[^\\n]+') do
        redis.call('ZREM', prefix .. 'word:' .. term, number)
    end
    if page and redis.call('HGET', prefix .. 'pages', page) == number then
        redis.call('HDEL', prefix .. 'pages', page)
    end
    redis.call('DEL', prefix .. 'terms:' .. number, prefix .. 'hit:' .. number)
    redis.call('ZREM', KEYS[1], number)
end
local old = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, number in ipairs(old) do forget(number) end
"""

# KEYS: the articles by when they go. ARGV: prefix, now, how many may be forgotten, lifetime, how many are
# kept, page, hit, terms joined by line feeds, then term and weight in turn. A page that is there is replaced.
# Terms are kept twice as long as a hit, so that no posting, renewed by a later article, outlives its list.
_ADD = (
    _FORGET
    + """
local ttl, page = tonumber(ARGV[4]), ARGV[6]
local before = redis.call('HGET', prefix .. 'pages', page)
if before then forget(before) end
local number = redis.call('INCR', prefix .. 'last')
redis.call('SET', prefix .. 'hit:' .. number, ARGV[7], 'EX', ttl)
redis.call('HSET', prefix .. 'terms:' .. number, 'page', page, 'terms', ARGV[8])
redis.call('EXPIRE', prefix .. 'terms:' .. number, 2 * ttl)
for i = 9, #ARGV, 2 do
    redis.call('ZADD', prefix .. 'word:' .. ARGV[i], ARGV[i + 1], number)
    redis.call('EXPIRE', prefix .. 'word:' .. ARGV[i], ttl)
end
redis.call('HSET', prefix .. 'pages', page, number)
redis.call('ZADD', KEYS[1], tonumber(ARGV[2]) + ttl, number)
for _, name in ipairs({'pages', 'last'}) do redis.call('EXPIRE', prefix .. name, 2 * ttl) end
redis.call('EXPIRE', KEYS[1], 2 * ttl)
local over = math.min(redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[5]), tonumber(ARGV[3]))
if over > 0 then
    for _, oldest in ipairs(redis.call('ZRANGE', KEYS[1], 0, over - 1)) do forget(oldest) end
end
"""
)

# KEYS: as above. ARGV: prefix, now, how many may be forgotten, how many are wanted, then for each word how
# many terms it has, and these with their weights. An article needs half of what the words tell; the more of
# them it holds, the better.
_SEARCH = (
    _FORGET
    + """
local wanted, at = tonumber(ARGV[4]), 5
local total = redis.call('ZCARD', KEYS[1])
local found, rarity, all = {}, {}, 0
while ARGV[at] do
    local count = tonumber(ARGV[at])
    local name = prefix .. 'found:' .. (#found + 1)
    local union = {'ZUNIONSTORE', name, count}
    for i = 1, count do union[3 + i] = prefix .. 'word:' .. ARGV[at + 2 * i - 1] end
    table.insert(union, 'WEIGHTS')
    for i = 1, count do table.insert(union, ARGV[at + 2 * i]) end
    table.insert(union, 'AGGREGATE')
    table.insert(union, 'MAX')
    at = at + 2 * count + 1
    local holding = redis.call(unpack(union))
    if holding > 0 then
        local told = math.log(1 + (math.max(total, holding) - holding + 0.5) / (holding + 0.5))
        table.insert(found, name)
        table.insert(rarity, told)
        all = all + told
    end
end
if #found == 0 then return {} end
local sum = {'ZUNIONSTORE', prefix .. 'found', #found}
for _, name in ipairs(found) do table.insert(sum, name) end
table.insert(sum, 'WEIGHTS')
for _, told in ipairs(rarity) do table.insert(sum, told) end
redis.call(unpack(sum))
local best = redis.call('ZREVRANGE', prefix .. 'found', 0, 4 * wanted + 19, 'WITHSCORES')
local ranked = {}
for i = 1, #best, 2 do
    local held = 0
    for j, name in ipairs(found) do
        if redis.call('ZSCORE', name, best[i]) then held = held + rarity[j] end
    end
    if held >= all / 2 then table.insert(ranked, {best[i], tonumber(best[i + 1]) * held}) end
end
table.sort(ranked, function(a, b)
    if a[2] == b[2] then return tonumber(a[1]) > tonumber(b[1]) end
    return a[2] > b[2]
end)
local hits = {}
for _, one in ipairs(ranked) do
    local hit = #hits < wanted and redis.call('GET', prefix .. 'hit:' .. one[1])
    if hit then table.insert(hits, hit) end
end
redis.call('DEL', prefix .. 'found', unpack(found))
return hits
"""
)


class Hit(Frozen):
    """An article that was found, as its newest brief knows it."""

    brief_id: str
    url: str
    title: str
    site: str | None = None
    published: str | None = None
    """ISO date."""
    language: str
    """The article's own (ISO 639-1)."""


class Archive:
    """The public articles that were briefed; every method raises StoreUnavailable when Redis does not answer.

    `articles` is how many are kept, the newest; 0 keeps none.
    """

    def __init__(self, redis: Redis, *, articles: int, clock: Callable[[], float] = time.time) -> None:
        self._articles = articles
        self._clock = clock
        self._add = redis.register_script(_ADD)
        self._search = redis.register_script(_SEARCH)

    async def add(self, brief: Brief) -> None:
        """Let the article of a brief be found, in place of what was known of its page.

        What was sent as a text or file, and a page behind an address that looks like a secret, is not kept.
        """
        article = brief.article
        if not self._articles or brief.scope != PUBLIC or article.kind != "link":
            return
        if article.url is None or _is_secret(article.url):
            return
        hit = Hit(
            brief_id=brief.id,
            url=article.url,
            title=article.title or brief.headline,
            site=article.site,
            published=article.published,
            language=article.language,
        )
        terms = await asyncio.to_thread(weigh_terms, article)
        weighted = [part for term, weight in terms.items() for part in (term, weight)]
        try:
            stored = hit.model_dump_json().encode()
        except ValueError:  # a lone surrogate has no UTF-8
            log.info("an article is not in the archive: it is no valid Unicode")
            return
        with store_errors():
            await self._add(
                keys=[_ARTICLES],
                args=[
                    *self._common_arguments(),
                    keys.BRIEF_TTL_S,
                    self._articles,
                    _name_page(article.url),
                    stored,
                    "\n".join(terms),
                    *weighted,
                ],
            )

    async def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Return the articles that a few words are about, best first; at most MOST_HITS."""
        words = await asyncio.to_thread(read_search, query[:LONGEST_QUERY])
        if not words or not self._articles:
            return []
        asked = [
            part
            for terms in words
            for part in (len(terms), *(part for pair in terms.items() for part in pair))
        ]
        with store_errors():
            found = await self._search(
                keys=[_ARTICLES],
                args=[*self._common_arguments(), max(0, min(limit, MOST_HITS)), *asked],
            )
        hits = []
        for stored in found:
            try:
                hits.append(Hit.model_validate_json(stored))
            except ValidationError:  # what another version stored
                continue
        return hits

    def _common_arguments(self) -> tuple[str, int, int]:
        return keys.ARCHIVE, int(self._clock()), _MOST_FORGOTTEN


def _is_secret(url: str) -> bool:
    """Whether an address holds what only those who were given it can know: a long random-looking part."""
    parts = urlsplit(url)
    shown = f"{parts.path}?{parts.query}"
    has_token = any(
        re.search("[a-z]", found) and re.search("[A-Z]", found) and re.search("[0-9]", found)
        for found in _TOKEN.findall(shown)
    )
    return has_token or _HEX.search(shown) is not None


def _name_page(url: str) -> str:
    """Return a short name for a page, with nothing of its address."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]
