"""A TCP relay before a Redis, which can lose replies, hang up and go away."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit


class Relay:
    """Passes bytes both ways; `drops_replies` hangs up in the place of a reply, `is_silent` keeps it back."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.drops_replies = False
        self.is_silent = False
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Refuse new connections and hang up the old ones."""
        if self._server:
            self._server.close()
            self.hang_up()
            await self._server.wait_closed()

    def hang_up(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = self._target
        redis_reader, redis_writer = await (
            asyncio.open_unix_connection(target.path)
            if target.scheme == "unix"
            else asyncio.open_connection(target.hostname, target.port or 6379)
        )
        self._writers |= {writer, redis_writer}
        try:
            await asyncio.gather(
                self._pass_on(reader, redis_writer), self._pass_on(redis_reader, writer, is_reply=True)
            )
        finally:
            self._writers -= {writer, redis_writer}

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_reply: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if is_reply and self.drops_replies:
                    break
                if is_reply and self.is_silent:
                    continue
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def open_relay(target: str) -> AsyncIterator[Relay]:
    relay = Relay(target)
    await relay.open()
    try:
        yield relay
    finally:
        await relay.close()
