"""A submitted thing → an Article: the stages, in order."""

import logging
from collections.abc import Callable
from typing import TypeVarTuple

from bot.article.documents import FILE_LIMIT_BYTES, read_file, read_page, read_text
from bot.article.fetch import Fetcher
from bot.article.links import canonical_url, publisher_url
from bot.article.models import Article, Submission
from bot.article.workers import WorkerDied, Workers
from bot.errors import FileTooLarge, NothingToBrief, PageTooComplex

EXTRACTION_TIMEOUT_S = 15.0
"""A page within the size limit takes some seconds at most; what takes longer was made to."""

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
        """Fetch a page and find the article on it."""
        page = await self._fetcher.fetch(publisher_url(url))
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

    async def _extract(self, function: Callable[[*Args], Article], *args: *Args) -> Article:
        """Do the parsing in a worker; raises PageTooComplex when that hits its limits."""
        try:
            return await self._workers.run(function, *args, timeout_s=EXTRACTION_TIMEOUT_S)
        except (TimeoutError, WorkerDied) as exc:
            _log.warning("extraction failed: %s", type(exc).__name__)
            raise PageTooComplex(type(exc).__name__) from exc
