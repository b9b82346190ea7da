"""Workers share the word lists that the process they are forked from has read."""

from bot.article.workers import Workers
from bot.briefing.checks.lexicon import LANGUAGES, load_lexicon
from bot.briefing.rules.pack import load_pack
from bot.opening import PRELOAD


def count_read() -> tuple[int, int]:
    """Return for how many languages this process has the checks' words, and the rules'."""
    return load_lexicon.cache_info().currsize, load_pack.cache_info().currsize


async def test_a_new_worker_has_every_language_at_hand() -> None:
    workers = Workers(count=1, memory_bytes=None, preload=PRELOAD)
    try:
        checks, rules = await workers.run(count_read)
    finally:
        await workers.close()
    assert min(checks, rules) >= len(LANGUAGES)
