"""A message being written: shown in a private chat for half a minute, or until our next message there."""

from typing import Final, Literal

from telegram import Bot
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.telegram.pacing import Dropped
from bot.telegram.replies import Reply

READ_TIMEOUT_S: Final = 3
"""A draft is a courtesy: one that Telegram does not take by then is not worth waiting for."""

MAX_DRAFT_ID: Final = 2**31 - 1


class Draft:
    """Shows what is there of one answer, until Telegram refuses: then no more of it is shown.

    `answer_id` names the answer, so that a second try of it goes on in the same draft.
    """

    def __init__(self, bot: Bot, chat_id: int, thread_id: int | None, answer_id: int) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._thread_id = thread_id
        # Telegram takes any number but zero.
        self._draft_id = answer_id % MAX_DRAFT_ID + 1
        self.fate: Literal["open", "given up", "refused"] = "open"
        """"refused": this chat or this Bot API server takes no drafts; "given up": not just now."""

    async def show(self, reply: Reply) -> None:
        """Show the text as it is now; raises nothing."""
        if self.fate != "open":
            return
        try:
            await self._bot.send_message_draft(
                self._chat_id,
                self._draft_id,
                reply.text,
                message_thread_id=self._thread_id,
                entities=reply.entities,
                read_timeout=READ_TIMEOUT_S,
            )
        except Dropped:
            return  # the next one may find room
        except (BadRequest, Forbidden, InvalidToken):
            # A server that does not know the method answers 404, as to a wrong token.
            self.fate = "refused"
        except TelegramError:
            self.fate = "given up"
