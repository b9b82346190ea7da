import asyncio
import contextlib
import random

import pytest

from bot.telegram.turns import Turns


def test_while_there_are_places_nobody_waits() -> None:
    turns = Turns(2)
    with turns.join("a") as first, turns.join("a") as second:
        assert (first.ahead, second.ahead) == (0, 0)


def test_without_a_bound_nobody_waits() -> None:
    turns = Turns(0)
    with contextlib.ExitStack() as stack:
        assert [stack.enter_context(turns.join("a")).ahead for _ in range(500)] == [0] * 500


def test_who_waits_knows_how_many_end_before_and_moves_up() -> None:
    turns, working = Turns(1), contextlib.ExitStack()
    working.enter_context(turns.join("a"))
    with turns.join("b") as first, turns.join("c") as second:
        assert (first.ahead, second.ahead) == (1, 2)
        working.close()
        assert (first.ahead, second.ahead) == (0, 1)
    with turns.join("d") as third:
        assert third.ahead == 0


def test_who_leaves_the_line_holds_up_nobody() -> None:
    turns = Turns(1)
    with turns.join("a"), turns.join("b") as last:
        with turns.join("c"):
            pass
        with turns.join("b") as behind:
            assert (last.ahead, behind.ahead) == (1, 2)
        assert last.ahead == 1


async def test_a_move_is_told_also_to_who_looks_late() -> None:
    turns, working = Turns(1), contextlib.ExitStack()
    working.enter_context(turns.join("a"))
    with turns.join("b"), turns.join("c") as ticket:
        assert await ticket.move() == 2
        working.close()
        assert await ticket.move() == 1
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await ticket.move()


def test_one_chat_with_fifty_does_not_hold_up_another_with_one() -> None:
    turns, working = Turns(1), contextlib.ExitStack()
    working.enter_context(turns.join("crowd"))
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(turns.join("crowd")) for _ in range(50)]
        other = stack.enter_context(turns.join("other"))
        two = [stack.enter_context(turns.join("two")) for _ in range(2)]
        assert [other.ahead, *(ticket.ahead for ticket in two)] == [2, 3, 5]
        assert [ticket.ahead for ticket in crowd][:4] == [1, 4, 6, 7]
        working.close()
        assert (crowd[0].ahead, other.ahead) == (0, 1)


@pytest.mark.parametrize("places", [1, 3])
async def test_all_get_their_turn_and_no_more_than_there_are_places_at_once(places: int) -> None:
    turns, chance = Turns(places), random.Random(places)
    running = most = 0
    served: list[int] = []

    async def ask(number: int) -> None:
        nonlocal running, most
        with turns.join(chance.randrange(5)) as ticket:
            await ticket.come()
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1
            served.append(number)

    async with asyncio.timeout(10):
        await asyncio.gather(*(ask(number) for number in range(60)))
    assert sorted(served) == list(range(60))
    assert most == places
