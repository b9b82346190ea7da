"""A submitted thing → an Article: the stages, in order."""

import logging
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from bot.article.alternates import find_alternate, is_amp
from bot.article.documents import FILE_LIMIT_BYTES, read_file, read_page, read_text
from bot.article.fetch import Fetcher, Page
from bot.article.links import canonical_url, publisher_url
from bot.article.mediatypes import DOCUMENTS
from bot.article.models import Article, Submission
from bot.article.workers import WorkerDied, Workers
from bot.errors import FileTooLarge, InputError, NoArticle, NothingToBrief, PageTooComplex, ReadError

EXTRACTION_TIMEOUT_S = 15.0
"""A page within the size limit takes some seconds at most; what takes longer was made to."""

SHORT_WORDS = 120
"""A page with fewer may be the shell of an article that scripts fill in."""

LONGER = 1.5
"""So many times the words make another page the better one."""

_SAME_LENGTH = 0.8  # of an AMP page's words: what follows it there is mostly no article

T = TypeVar("T")
Args = TypeVarTuple("Args")
_log = logging.getLogger(__name__)


class Reader:
    """Reads links, texts, forwards and files."""

    def __init__(self, *, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher = fetcher
        self._workers = workers

    async def read(self, submission: Submission) -> Article:
        """Read what was submitted; raises the leaves of InputError and ReadError."""
        if submission.url is not None:
            return await self._read_link(submission.url)
        if submission.data is not None:
            return await self._read_file(submission.data, submission.file_name or "")
        if submission.text is None or not submission.text.strip():
            raise NothingToBrief("empty submission")
        return await self._extract(read_text, submission.text, submission.kind, submission.origin)

    async def _read_link(self, url: str) -> Article:
        """Fetch a page and find the article on it, or on its other page where that reads better."""
        page = await self._fetcher.fetch(publisher_url(url))
        try:
            article = await self._read_page(page)
        except (NoArticle, PageTooComplex) as exc:
            if exc.__cause__ is not None:
                raise  # it broke a worker's limits, and would again
            other = await self._read_alternate(page)
            if other is None:
                raise
            return other
        if is_amp(page.body):
            other = await self._read_alternate(page)
            return other if other and _is_as_good(other, article) else article
        if article.words < SHORT_WORDS and not article.partial:
            other = await self._read_alternate(page)
            return other if other and other.words >= LONGER * article.words else article
        return article

    async def _read_alternate(self, page: Page) -> Article | None:
        """Read the same article's other page on the same site, if there is one; it is fetched like any."""
        if page.content_type in DOCUMENTS:
            return None
        try:
            address = await self._extract(find_alternate, page.body, page.charset, page.url)
            if address is None:
                return None
            return await self._read_page(await self._fetcher.fetch(address))
        except (ReadError, InputError) as exc:
            _log.info("alternate page: %s", type(exc).__name__)
            return None

    async def _read_page(self, page: Page) -> Article:
        """Find the article on a fetched page."""
        # What a reader taps keeps the scheme that answered; not every outlet has https.
        address = canonical_url(page.url)
        if page.url.startswith("http:"):
            address = address.replace("https:", "http:", 1)
        return await self._extract(read_page, page.body, page.content_type, page.charset, page.url, address)

    async def _read_file(self, data: bytes, name: str) -> Article:
        """Read a file; one over the limit does not reach a worker."""
        if len(data) > FILE_LIMIT_BYTES:
            raise FileTooLarge(f"{len(data)} bytes", limit_mb=FILE_LIMIT_BYTES >> 20)
        return await self._extract(read_file, data, name)

    async def _extract(self, function: Callable[[*Args], T], *args: *Args) -> T:
        """Do the parsing in a worker; raises PageTooComplex when that hits its limits."""
        try:
            return await self._workers.run(function, *args, timeout_s=EXTRACTION_TIMEOUT_S)
        except (TimeoutError, WorkerDied) as exc:
            _log.warning("extraction failed: %s", type(exc).__name__)
            raise PageTooComplex(type(exc).__name__) from exc


def _is_as_good(other: Article, amp: Article) -> bool:
    """Tell whether the canonical page holds what the AMP page does, and is no less of the article."""
    return other.words >= _SAME_LENGTH * amp.words and (amp.partial or not other.partial)
