"""Calls of the Bot API whose answers are taken as they come: to parse one takes longer than to send it."""

from typing import Any

from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken


async def call_plainly(bot: Bot, endpoint: str, parameters: dict[str, Any], **options: Any) -> Any:
    """Make a call, and return its answer unparsed; raises as the library's own method does.

    `endpoint` is spelled as in "send_Message", which becomes sendMessage on the wire: spelled sendMessage,
    the library warns at every call to prefer its method.
    """
    try:
        return await bot.do_api_request(endpoint, api_kwargs=parameters, **options)
    except EndPointNotFound:
        # What the library makes here of a token that Telegram does not know: the endpoint is there.
        raise InvalidToken("Telegram does not know the token") from None
