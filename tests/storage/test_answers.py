"""What is noted of answers: by one only, found by who takes a chat over, for a while."""

from redis.asyncio import Redis

from storage import keys
from storage.inbox import ASKED, BEGUN, IN_DOUBT, Inbox
from tests.storage.lanes import IDLE_MS, let_idle, received, take_one


async def test_who_takes_a_chat_over_reads_what_was_noted_of_answers_with_the_updates(
    inbox: Inbox, other: Inbox, redis: Redis
) -> None:
    await inbox.append([received(1, lane="c"), received(2, lane="c"), received(3, lane="c")], 4)
    lane, entry = await take_one(inbox)
    assert entry.noted.answers == {}
    await inbox.answers.remember(1, IN_DOUBT, lane)
    await inbox.answers.remember(1, 71, lane, part=2)
    await inbox.answers.remember(2, 80, lane)
    await inbox.answers.forget(2, lane)
    await let_idle(redis, inbox, lane)
    [claimed], _ = await other.claim(IDLE_MS)
    [found] = await other.read([claimed])
    assert found is not None
    assert [entry.noted.answers for entry in found] == [{0: IN_DOUBT, 2: 71}, {}, {}]


async def test_an_answer_is_claimed_by_one_only_and_again_only_by_who_knows_what_was_noted(
    inbox: Inbox, other: Inbox
) -> None:
    assert await inbox.answers.claim(1, BEGUN)
    assert not await inbox.answers.claim(1, IN_DOUBT), "another of this process"
    assert not await other.answers.claim(1, BEGUN)
    assert await inbox.answers.find(1) == BEGUN
    assert await other.answers.claim(1, IN_DOUBT, known=BEGUN)
    assert await inbox.answers.claim(1, IN_DOUBT, part=1), "another part"
    await inbox.answers.remember(1, 70)
    assert not await other.answers.claim(1, ASKED, known=IN_DOUBT)
    assert await inbox.answers.find(1) == 70
    await inbox.answers.forget(1)
    assert await other.answers.claim(1, ASKED, known=IN_DOUBT), "a store that has lost the note"


async def test_the_answer_to_an_update_is_remembered_for_a_while(inbox: Inbox, redis: Redis) -> None:
    assert await inbox.answers.find(1) is None
    await inbox.answers.remember(1, 77)
    assert await inbox.answers.find(1) == 77
    assert 0 < await redis.ttl(keys.answers(1)) <= keys.ANSWER_TTL_S
    await inbox.answers.forget(1)
    assert await inbox.answers.find(1) is None
