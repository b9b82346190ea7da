import pytest

from bot.telegram.access import MAX_REMEMBERED, REMIND_AFTER_S, Access


@pytest.mark.parametrize(
    ("access", "user", "chat", "admitted"),
    [
        (Access(), 1, 1, False),
        (Access(), None, None, False),
        (Access(open=True), 1, 1, True),
        (Access(owner=1), 1, 1, True),
        (Access(owner=1), 2, 2, False),
        (Access(owner=1, allow=frozenset({2})), 2, 2, True),
        (Access(allow=frozenset({-100})), 3, -100, True),
        (Access(allow=frozenset({-100})), 3, -200, False),
        (Access(allow=frozenset({3})), 3, -200, True),
    ],
)
def test_only_the_owner_and_the_listed_are_let_in(
    access: Access, user: int | None, chat: int | None, admitted: bool
) -> None:
    assert access.admits(user, chat) is admitted


def test_a_stranger_is_told_once_an_hour() -> None:
    now = 0.0
    access = Access(clock=lambda: now)
    assert [access.may_tell(5), access.may_tell(5), access.may_tell(6)] == [True, False, True]
    now = REMIND_AFTER_S - 1.0
    assert not access.may_tell(5)
    now = float(REMIND_AFTER_S)
    assert access.may_tell(5)


def test_remembering_strangers_has_an_end() -> None:
    access = Access(clock=lambda: 0.0)
    for chat in range(MAX_REMEMBERED + 1):
        access.may_tell(chat)
    assert access.may_tell(0)
    assert not access.may_tell(MAX_REMEMBERED)
