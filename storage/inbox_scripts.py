"""The inbox's scripts. A lane is a chat's updates in order; who holds its entry in the stream has all of it.

Every script begins with the same keys: the stream of lanes, the lanes by name, the tries, the dead letters.
"""

from typing import Final

from storage import keys

KEYS: Final = (keys.INBOX, keys.LANES, keys.TRIES, keys.DEAD_LETTERS)
ARGUMENTS: Final = (keys.INBOX_GROUP, keys.LANE_PREFIX, keys.MAIL_PREFIX, keys.MAIL_TTL_S)
"""What the keys and arguments of every script begin with."""

# ARGV begins with: the group, what lanes' keys begin with, what mail's keys begin with, its lifetime in s.
COMMON: Final = """
local inbox, lanes, tries, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, lane_prefix, mail_prefix, mail_ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local function holder(token)
    local found = redis.call('XPENDING', inbox, group, token, token, 1)
    return found[1] and found[1][2]
end

local function drop(name, token)
    redis.call('XACK', inbox, group, token)
    redis.call('XDEL', inbox, token)
    if redis.call('HGET', lanes, name) == token then redis.call('HDEL', lanes, name) end
end

local function offer(name)
    local token = redis.call('XADD', inbox, '*', 'lane', name)
    redis.call('HSET', lanes, name, token)
end

local function add(name, update, payload)
    local token = redis.call('HGET', lanes, name)
    if not token then offer(name) end
    redis.call('XADD', lane_prefix .. name, '*', 'update', update, 'payload', payload)
    return token
end

local function notify(told, name, token)
    if not token or told[name] then return end
    told[name] = true
    local found = redis.pcall('XPENDING', inbox, group, token, token, 1)
    if not found.err and found[1] then
        redis.call('RPUSH', mail_prefix .. found[1][2], name)
        redis.call('EXPIRE', mail_prefix .. found[1][2], mail_ttl)
    end
end

local function shorten(name, token, id, update)
    redis.call('XDEL', lane_prefix .. name, id)
    redis.call('HDEL', tries, update)
    local left = redis.call('XLEN', lane_prefix .. name)
    if left == 0 then
        redis.call('DEL', lane_prefix .. name)
        drop(name, token)
    end
    return left
end

local function bury(name, token, id, update, payload, count, reason, kept)
    redis.call('XADD', dead, 'MAXLEN', '~', kept, '*', 'update', update, 'payload', payload,
        'lane', name, 'tries', count, 'reason', reason)
    return shorten(name, token, id, update)
end
"""

# KEYS: besides, the offset, the poller's lease, then a mark for each update. ARGV: besides, lifetime of the
# marks, next offset or '', token of the poller's lease or '', then id, payload and lane of each update.
# The mark comes last: Redis does not undo a script that fails. Who no longer polls adds, but moves no offset.
APPEND: Final = (
    COMMON
    + """
local added, told = 0, {}
for i = 7, #KEYS do
    local at = 8 + 3 * (i - 7)
    if redis.call('EXISTS', KEYS[i]) == 0 then
        local token = add(ARGV[at + 2], ARGV[at], ARGV[at + 1])
        redis.call('SET', KEYS[i], '', 'EX', ARGV[5])
        notify(told, ARGV[at + 2], token)
        added = added + 1
    end
end
if ARGV[6] ~= '' and (ARGV[7] == '' or redis.call('GET', KEYS[6]) == ARGV[7]) then
    redis.call('SET', KEYS[5], ARGV[6])
end
return added
"""
)

# ARGV: besides, consumer, how many updates of a lane at most, what answers' keys begin with, then name, entry
# and last update read of each lane. Reading renews the hold. Returns of each lane its updates, each with what
# is known of its answers; nothing for a lane that another holds. One without any is let go.
READ: Final = (
    COMMON
    + """
local answers = {}
for i = 8, #ARGV, 3 do
    local name, token = ARGV[i], ARGV[i + 1]
    if holder(token) == ARGV[5] then
        redis.call('XCLAIM', inbox, group, ARGV[5], 0, token, 'JUSTID')
        local found = redis.call('XRANGE', lane_prefix .. name, '(' .. ARGV[i + 2], '+', 'COUNT', ARGV[6])
        local entries = {}
        for n, entry in ipairs(found) do
            local update = entry[2][2]
            entries[n] = {entry[1], update, entry[2][4], redis.call('HGETALL', ARGV[7] .. update)}
        end
        if #entries == 0 and redis.call('EXISTS', lane_prefix .. name) == 0 then
            drop(name, token)
        end
        answers[#answers + 1] = entries
    else
        answers[#answers + 1] = false
    end
end
return answers
"""
)

# ARGV: besides, consumer, then name, entry, update's entry and update of each. Returns how many updates each
# lane still holds, -1 for a lane that another holds: its updates are left to that one.
FINISH: Final = (
    COMMON
    + """
local answers = {}
for i = 6, #ARGV, 4 do
    local name, token = ARGV[i], ARGV[i + 1]
    local is_ours = holder(token) == ARGV[5]
    answers[#answers + 1] = is_ours and shorten(name, token, ARGV[i + 2], ARGV[i + 3]) or -1
end
return answers
"""
)

# ARGV: besides, consumer, name, entry, update's entry, update, reason, tries at most, how many dead letters
# stay. Returns the tries so far, whether it is dead, and how many updates its lane still holds.
FAIL: Final = (
    COMMON
    + """
local name, token, id, update = ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if holder(token) ~= ARGV[5] then return {-1, 0, -1} end
local count = redis.call('HINCRBY', tries, update, 1)
local left = redis.call('XLEN', lane_prefix .. name)
if count < tonumber(ARGV[11]) then return {count, 0, left} end
local found = redis.call('XRANGE', lane_prefix .. name, id, id)[1]
if not found then return {count, 0, left} end
return {count, 1, bury(name, token, id, update, found[2][4], count, ARGV[10], ARGV[12])}
"""
)

# ARGV: besides, consumer, then the entries. Another's are left to it: it took them over.
HOLD: Final = (
    COMMON
    + """
local held = {}
for i = 6, #ARGV do
    if holder(ARGV[i]) == ARGV[5] then
        redis.call('XCLAIM', inbox, group, ARGV[5], 0, ARGV[i], 'JUSTID')
        held[#held + 1] = ARGV[i]
    end
end
return held
"""
)

# ARGV: besides, consumer, idle ms, count, tries at most, how many dead letters stay and how long in ms, how
# long a silent consumer stays. Of a lane whose holder has died, the first update counts as tried: it is
# certain to have been begun. Not so of a lane of our own: we were only paused. A consumer that holds lanes
# stays until they are taken.
CLAIM: Final = (
    COMMON
    + """
local claimed, dead_ones, cursor = {}, {}, '0-0'
local function take_over(token, name, is_own)
    local head = redis.call('XRANGE', lane_prefix .. name, '-', '+', 'COUNT', 1)[1]
    if not head then return drop(name, token) end
    local update, payload = head[2][2], head[2][4]
    local count, left = redis.call('HINCRBY', tries, update, is_own and 0 or 1), 1
    if count >= tonumber(ARGV[8]) then
        local reason = 'no answer after ' .. count .. ' deliveries'
        left = bury(name, token, head[1], update, payload, count, reason, ARGV[9])
        dead_ones[#dead_ones + 1] = {update, payload}
    end
    if left > 0 then claimed[#claimed + 1] = {name, token} end
end
local own = {}
for _, pending in ipairs(redis.call('XPENDING', inbox, group, '-', '+', 10000, ARGV[5])) do
    own[pending[1]] = true
end
repeat
    local answer = redis.call(
        'XAUTOCLAIM', inbox, group, ARGV[5], ARGV[6], cursor, 'COUNT', ARGV[7] - #claimed)
    cursor = answer[1]
    for _, entry in ipairs(answer[2]) do take_over(entry[1], entry[2][2], own[entry[1]]) end
until cursor == '0-0' or #claimed >= tonumber(ARGV[7])
local oldest = redis.call('TIME')[1] * 1000 - ARGV[10]
redis.call('XTRIM', dead, 'MINID', string.format('%d', oldest))
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', inbox, group)) do
    if consumer[4] == 0 and consumer[6] >= tonumber(ARGV[11]) then
        redis.call('XGROUP', 'DELCONSUMER', inbox, group, consumer[2])
    end
end
return {claimed, dead_ones}
"""
)

# ARGV: besides, consumer, then the entries to hand over; without any, all that the consumer holds. A lane is
# offered anew, at the end of the stream: whoever waits there has it at once.
HAND_OVER: Final = (
    COMMON
    + """
local function hand_over(token)
    local entry = redis.call('XRANGE', inbox, token, token)[1]
    if not entry then return redis.call('XACK', inbox, group, token) end
    local name = entry[2][2]
    drop(name, token)
    if redis.call('EXISTS', lane_prefix .. name) == 1 then offer(name) end
end
local count = 0
for i = 6, #ARGV do
    if holder(ARGV[i]) == ARGV[5] then
        hand_over(ARGV[i])
        count = count + 1
    end
end
if #ARGV == 5 then
    for _, pending in ipairs(redis.call('XPENDING', inbox, group, '-', '+', 10000, ARGV[5])) do
        hand_over(pending[1])
        count = count + 1
    end
end
return count
"""
)

# ARGV: besides, how it ends ('replay' or 'drop'), then ids of dead letters. Returns the updates found.
SETTLE: Final = (
    COMMON
    + """
local settled, told = {}, {}
for i = 6, #ARGV do
    local letter = redis.call('XRANGE', dead, ARGV[i], ARGV[i])[1]
    if letter then
        local is = {}
        for n = 1, #letter[2], 2 do is[letter[2][n]] = letter[2][n + 1] end
        if ARGV[5] == 'replay' then
            notify(told, is.lane, add(is.lane, is.update, is.payload))
        end
        redis.call('XDEL', dead, ARGV[i])
        settled[#settled + 1] = is.update
    end
end
return settled
"""
)

# ARGV: besides, how many lanes at most. Returns how many updates they hold, when the oldest came and the
# time, both in ms, and the number of dead letters.
MEASURE: Final = (
    COMMON
    + """
local count, oldest = 0, 0
for _, entry in ipairs(redis.call('XRANGE', inbox, '-', '+', 'COUNT', ARGV[5])) do
    local lane = lane_prefix .. entry[2][2]
    local first = redis.call('XRANGE', lane, '-', '+', 'COUNT', 1)[1]
    if first then
        local came = tonumber(string.match(first[1], '^%d+'))
        if oldest == 0 or came < oldest then oldest = came end
        count = count + redis.call('XLEN', lane)
    end
end
local now = redis.call('TIME')
return {count, oldest, now[1] * 1000 + math.floor(now[2] / 1000), redis.call('XLEN', dead)}
"""
)

SCRIPTS: Final = {
    "measure": MEASURE,
    "append": APPEND,
    "read": READ,
    "finish": FINISH,
    "fail": FAIL,
    "hold": HOLD,
    "claim": CLAIM,
    "hand over": HAND_OVER,
    "settle": SETTLE,
}
