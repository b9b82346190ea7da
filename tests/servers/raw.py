"""A server on loopback that says exactly the bytes it is told to, and a fetcher that reaches it."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.article.fetch import Fetcher
from tests.servers.news import HOST, PUBLIC

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class DialRecorder(Mapping[tuple[str, int], tuple[str, int]]):
    """A dial map that leads everything to one loopback port and remembers what was dialled.

    It lies below the policy, so what it never hears of was never connected to.
    """

    def __init__(self, port: int) -> None:
        self.target = ("127.0.0.1", port)
        self.dialled: list[tuple[str, int]] = []

    def __getitem__(self, key: tuple[str, int]) -> tuple[str, int]:
        self.dialled.append(key)
        return self.target

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass
class RawSite:
    """The running server; `requests` holds the heads of the requests it got."""

    dials: DialRecorder
    requests: list[bytes] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    """What DNS says; a name that is not here leads to PUBLIC."""
    lookups: Counter[str] = field(default_factory=Counter)

    @property
    def port(self) -> int:
        """The loopback port behind every address."""
        return self.dials.target[1]

    async def resolve(self, host: str) -> list[str]:
        """Answer for DNS."""
        self.lookups[host] += 1
        return self.answers.get(host, [PUBLIC])

    def fetcher(
        self,
        *,
        timeout_s: float = 5,
        limit_bytes: int = 5 << 20,
        ssl_context: ssl.SSLContext | None = None,
    ) -> Fetcher:
        """A fetcher with the real policy, and this server behind every address."""
        return Fetcher(
            timeout_s=timeout_s,
            limit_bytes=limit_bytes,
            resolve=self.resolve,
            dial_map=self.dials,
            ssl_context=ssl_context,
        )


@asynccontextmanager
async def run_raw(
    answer: bytes | Mapping[str, bytes] | Serve = b"",
    *,
    ssl_context: ssl.SSLContext | None = None,
    handshake_s: float = 5,
) -> AsyncIterator[RawSite]:
    """Serve bytes, bytes for each Host, or what a function of one's own does with the connection."""
    tasks: set[asyncio.Task[None]] = set()
    site = RawSite(DialRecorder(0))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if callable(answer):
                await answer(reader, writer)
            else:
                head = await reader.readuntil(b"\r\n\r\n")
                site.requests.append(head)
                writer.write(answer if isinstance(answer, bytes) else answer[_host(head)])
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(
        serve,
        "127.0.0.1",
        0,
        ssl=ssl_context,
        ssl_handshake_timeout=handshake_s if ssl_context else None,
        backlog=1_000,
    )
    site.dials = DialRecorder(server.sockets[0].getsockname()[1])
    try:
        yield site
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def url(path: str = "/", host: str = HOST, scheme: str = "http") -> str:
    """The public URL of a path."""
    return f"{scheme}://{host}{path}"


def answer(body: bytes | str = b"", *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """A whole answer: status, type, length unless a header says otherwise, body."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(data)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + data


def _host(head: bytes) -> str:
    """The Host of a request."""
    line = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
    return line.partition(b":")[2].strip().decode()
