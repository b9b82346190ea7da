import asyncio

import pytest
from telegram import Update

from bot.telegram.lanes import LONG, Lanes, lane_of, name_lane


def update(**kind: object) -> Update:
    parsed = Update.de_json({"update_id": 1, **kind})
    assert parsed is not None
    return parsed


def said(text: str, chat: int = 7) -> Update:
    length = len(text.partition(" ")[0])
    command = [{"type": "bot_command", "offset": 0, "length": length}] if text[0] == "/" else []
    about = {"id": chat, "type": "private"}
    return update(message={"message_id": 1, "date": 1, "chat": about, "text": text, "entities": command})


def pressed(data: str = "x") -> Update:
    person = {"id": 7, "is_bot": False, "first_name": "R"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
    return update(
        callback_query={"id": "1", "from": person, "chat_instance": "1", "message": message, "data": data}
    )


def test_messages_of_a_chat_share_a_lane_and_buttons_and_commands_another() -> None:
    assert lane_of(said("a link")) == lane_of(said("another")) == lane_of(said("/brief a link"))
    assert lane_of(pressed()) == lane_of(said("/help"))
    assert lane_of(said("a link")) != lane_of(pressed())
    assert lane_of(said("a link")) != lane_of(said("a link", chat=8))
    assert lane_of(said("/cancel")) == lane_of(pressed())


def test_a_button_that_asks_for_a_brief_holds_up_no_other() -> None:
    renewal = pressed(f"n:{16 * '0'}")
    assert lane_of(renewal) not in {lane_of(pressed()), lane_of(said("a link"))}
    assert lane_of(renewal)[1] == LONG


async def test_a_lane_keeps_its_order_and_others_do_not_wait() -> None:
    lanes, gate, done = Lanes(4), asyncio.Event(), list[str]()

    async def slow() -> None:
        await gate.wait()
        done.append("first")

    async def quick(name: str) -> None:
        done.append(name)

    tasks = [lanes.start("a", slow), lanes.start("a", lambda: quick("second"))]
    await lanes.start("b", lambda: quick("other lane"))
    assert done == ["other lane"]
    gate.set()
    await asyncio.gather(*tasks)
    assert done == ["other lane", "first", "second"]


async def test_a_failure_does_not_stop_its_lane() -> None:
    lanes, done = Lanes(1), list[str]()

    async def fail() -> None:
        raise LookupError

    async def succeed() -> None:
        done.append("second")

    failing, following = lanes.start("a", fail), lanes.start("a", succeed)
    await following
    with pytest.raises(LookupError):
        await failing
    assert done == ["second"]


async def test_what_hangs_fails_after_a_while_and_its_lane_goes_on() -> None:
    lanes, done = Lanes(1, limit_s=0.05), list[str]()

    async def hang() -> None:
        await asyncio.Event().wait()

    async def succeed() -> None:
        done.append("second")

    hanging, following = lanes.start("a", hang), lanes.start("a", succeed)
    async with asyncio.timeout(5):
        await following
    with pytest.raises(TimeoutError):
        await hanging
    assert done == ["second"]


async def test_what_waits_for_its_lane_takes_no_place() -> None:
    lanes, gate = Lanes(2), asyncio.Event()

    async def nothing() -> None:
        return

    async def wait() -> None:
        await gate.wait()

    crowd = [lanes.start("crowd", wait) for _ in range(20)]
    await asyncio.wait_for(lanes.start("other", nothing), 5)
    gate.set()
    await asyncio.gather(*crowd)


async def test_no_more_run_at_a_time_than_there_are_places() -> None:
    lanes, running, most = Lanes(3), 0, 0

    async def count() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(lanes.start(n, count) for n in range(30)))
    assert most == 3


async def test_what_is_done_again_after_an_outage_keeps_its_lane_and_no_place() -> None:
    lanes, done, away = Lanes(1), list[str](), asyncio.Event()

    async def fail_once() -> None:
        if not away.is_set():
            away.set()
            raise LookupError
        done.append("first")

    async def note(name: str) -> None:
        done.append(name)

    async def pass_by() -> None:
        await away.wait()
        done.append("other lane")

    pauses = iter([0.05, None])
    first = lanes.start("a", fail_once, lambda _exc, failures: next(pauses) if failures == 1 else None)
    second, other = lanes.start("a", lambda: note("second")), lanes.start("b", pass_by)
    await asyncio.gather(first, second, other)
    assert done == ["other lane", "first", "second"]


async def test_once_closed_what_has_begun_ends_and_the_rest_is_cancelled() -> None:
    lanes, gate = Lanes(1), asyncio.Event()

    async def fail() -> None:
        raise LookupError

    begun = lanes.start("a", lambda: _wait(gate))
    waiting = [lanes.start("a", fail), lanes.start("b", fail)]
    await asyncio.sleep(0)
    lanes.close()
    await asyncio.wait(waiting)
    assert all(task.cancelled() for task in waiting)
    gate.set()
    await begun
    late = lanes.start("c", fail)
    await asyncio.wait({late})
    assert late.cancelled()


async def _wait(gate: asyncio.Event) -> None:
    await gate.wait()


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"update_id": 9, "message": {"chat": {"id": 7}}}, "7"),
        ({"update_id": 9, "edited_message": {"chat": {"id": -7}}}, "-7"),
        ({"update_id": 9, "my_chat_member": {"chat": {"id": 7}}}, "7"),
        ({"update_id": 9, "callback_query": {"message": {"chat": {"id": 7}}}}, "7"),
        ({"update_id": 9, "callback_query": {"inline_message_id": "x"}}, "u9"),
        ({"update_id": 9, "guest_message": {"chat": {"id": 7}}}, "u9"),
        ({"update_id": 9, "inline_query": {"from": {"id": 7}}}, "u9"),
        ({"update_id": 9, "message": {"chat": "none"}}, "u9"),
        ({"update_id": 9}, "u9"),
    ],
)
def test_the_updates_of_a_chat_stand_in_one_lane_of_the_inbox(update: dict[str, object], lane: str) -> None:
    assert name_lane(update) == lane
