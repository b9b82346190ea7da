"""Several commands as one, on a single server and on a cluster alike.

A script and not MULTI: redis-py's cluster client starts a thread and an event loop for each command that it
queues for a transaction (8.1).
"""

from typing import Any

from redis.asyncio import Redis

# ARGV: for each command, how many words it has, and the words.
_TRANSACT = """
local answers, at = {}, 1
while at <= #ARGV do
    local words = {}
    for i = 1, ARGV[at] do words[i] = ARGV[at + i] end
    answers[#answers + 1] = redis.call(unpack(words))
    at = at + ARGV[at] + 1
end
return answers
"""

Word = str | bytes | int | float


async def transact(redis: Redis, *commands: tuple[Word, ...]) -> list[Any]:
    """Run the commands with nothing in between, and return what each answers, as it comes over the wire.

    What stands second in each is its one key, and all of them lie in one hash slot. Raises RedisError; what
    ran before a command that fails is not undone.
    """
    names = list(dict.fromkeys(str(command[1]) for command in commands if len(command) > 1))
    words = [word for command in commands for word in (len(command), *command)]
    answers: list[Any] = await redis.register_script(_TRANSACT)(keys=names, args=words)
    return answers
