"""Who has the brief of which page, noted for when the page changes."""

from bot.article.links import canonical_url
from bot.article.models import PUBLIC, Submission
from bot.briefing.models import Brief
from bot.errors import AddressRefused
from bot.locales import spoken_language
from storage.askers import AskerStore, PageAsker


async def note_asker(
    askers: AskerStore,
    submission: Submission,
    brief: Brief,
    *,
    chat_id: int,
    message_id: int,
    thread_id: int | None,
) -> None:
    """Note that a message shows a chat the brief of a public page, under the page's addresses.

    Raises StoreUnavailable.
    """
    if brief.scope != PUBLIC or submission.kind != "link":
        return
    asker = PageAsker(
        chat_id=chat_id,
        message_id=message_id,
        thread_id=thread_id,
        brief_id=brief.id,
        language=spoken_language(),
    )
    try:
        pages = {canonical_url(url) for url in (submission.url, brief.article.url) if url}
    except AddressRefused:
        return
    for page in sorted(pages):
        await askers.note(page, asker)
