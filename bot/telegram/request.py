"""The Bot API over aiohttp: faster than the default transport, with errors that say what is known."""

import json
from typing import Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.holds import prepare_call

DEFAULT_NONE: Final = BaseRequest.DEFAULT_NONE

GATEWAY_TIMEOUT = 504
"""The one server error after which the call may still have had its effect."""


class NotDone(NetworkError):
    """The call had no effect: it was never written, or a 5xx refused it. It may be repeated."""


class AiohttpRequest(BaseRequest):
    """One aiohttp session for calls to the Bot API; time-outs in seconds, None for no limit.

    A call that was never written raises NotDone, one without an answer in time TimedOut, any other failure
    NetworkError: after the last two it may have had its effect. Error texts hold no URL: it holds the token.
    What handles an update that is another worker's by now raises HandedOver instead.
    """

    def __init__(
        self,
        *,
        connections: int = 64,
        read_timeout_s: float | None = 10,
        write_timeout_s: float | None = 10,
        connect_timeout_s: float | None = 5,
        pool_timeout_s: float | None = 10,
        upload_timeout_s: float | None = 60,
        proxy: str | None = None,
    ) -> None:
        self._connections = connections
        self._read_timeout_s = read_timeout_s
        self._write_timeout_s = write_timeout_s
        self._connect_timeout_s = connect_timeout_s
        self._pool_timeout_s = pool_timeout_s
        self._upload_timeout_s = upload_timeout_s
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """The default time-out of reading, in seconds."""
        return self._read_timeout_s

    async def initialize(self) -> None:
        """Open the session; a second time changes nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy,
                trust_env=False,
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """Parse an answer; unlike the inherited method it neither logs the payload nor quotes it."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("The Bot API's answer is no JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("The Bot API's answer is no JSON object")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT_NONE,
        write_timeout: ODVInput[float] = DEFAULT_NONE,
        connect_timeout: ODVInput[float] = DEFAULT_NONE,
        pool_timeout: ODVInput[float] = DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return its status and body; raises NotDone, TimedOut or NetworkError."""
        await prepare_call()
        if self._session is None:
            raise NotDone("The connection to the Bot API is not open")
        uploads = request_data is not None and request_data.contains_files
        limits = _client_timeout(
            pool=_chosen(pool_timeout, self._pool_timeout_s),
            connect=_chosen(connect_timeout, self._connect_timeout_s),
            write=_chosen(write_timeout, self._upload_timeout_s if uploads else self._write_timeout_s),
            read=_chosen(read_timeout, self._read_timeout_s),
            # A file's length is not known beforehand: a download may go on as long as bytes keep coming.
            bounded=method != "GET",
        )
        status, payload = await _call(self._session, method, url, request_data, limits)
        if status == GATEWAY_TIMEOUT:
            raise TimedOut("The Bot API's gateway timed out")
        if status >= 500:
            raise NotDone(f"The Bot API answered with status {status}")
        return status, payload


async def _call(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    request_data: RequestData | None,
    limits: aiohttp.ClientTimeout,
) -> tuple[int, bytes]:
    """Make one call with aiohttp's errors mapped; `from None` where the cause's text may hold the URL."""
    try:
        body, headers = _encode(request_data)
        async with session.request(
            method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
        ) as response:
            return response.status, await response.read()
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
        raise NotDone(f"No connection to the Bot API ({type(exc).__name__})") from exc
    except TimeoutError as exc:
        raise TimedOut(f"No answer from the Bot API in time ({type(exc).__name__})") from exc
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as exc:
        raise NotDone(f"The Bot API's address is wrong ({type(exc).__name__})") from None
    except (aiohttp.ClientError, OSError) as exc:
        raise NetworkError(f"The connection to the Bot API broke ({type(exc).__name__})") from None


def _encode(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """Return the body and its headers: JSON, or multipart when files go along."""
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return json.dumps(request_data.parameters).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, content_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=content_type)
    return form, {}


def _chosen(given: ODVInput[float], default: float | None) -> float | None:
    """Return the time-out of this call: the one given, or the session's default."""
    return default if isinstance(given, DefaultValue) else given


def _client_timeout(
    *, pool: float | None, connect: float | None, write: float | None, read: float | None, bounded: bool
) -> aiohttp.ClientTimeout:
    """Return aiohttp's view of the time-outs; it has none for writing, so their sum bounds the call."""
    parts = (pool, connect, write, read)
    total = sum(part for part in parts if part is not None) if bounded and None not in parts else None
    wait = None if pool is None or connect is None else pool + connect
    return aiohttp.ClientTimeout(total=total, connect=wait, sock_connect=connect, sock_read=read)
