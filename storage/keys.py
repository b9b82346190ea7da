"""Every Redis key and lifetime, on one page, each with its reason.

Prefix `sayso:`. On a cluster, what stands in braces chooses a key's hash slot, and every script touches one:
a brief's keys share a slot, a chat's own share one, and so do the inbox's, all limits', an agenda's.
"""

import hashlib

PREFIX = "sayso:"

BRIEF_TTL_S = 30 * 86_400
"""Buttons under a brief work for a month; so long its brief is kept."""

PAGE_TTL_S = 6 * 3_600
"""A page read again within a news cycle is taken from here; later it may have changed."""

RECHECK_TTL_S = 600
"""A page that was read or looked at so lately is not read again to see whether it has changed."""

FALLBACK_TTL_S = 120
"""After a model failed, its offline stand-in is served this long before the model is tried again."""

FLIGHT_TTL_S = 9
"""A holder renews its lock every third of this; a dead holder's lock lapses within it."""

FENCE_TTL_S = 86_400
"""No process is paused for a day and goes on; what it writes then would be taken."""

BREAKER_TTL_S = 600
"""What a model's server did so long ago says nothing about it now."""

DIALECT_TTL_S = 86_400
"""A server that is asked in a poor dialect may have learnt a better one by the next day."""

INBOX, INBOX_GROUP = PREFIX + "{inbox}:stream", "workers"
"""Stream of the lanes that hold updates to be answered, one entry each: whoever has it has the lane."""

LANES, LANE_PREFIX = PREFIX + "{inbox}:lanes", PREFIX + "{inbox}:lane:"
"""Hash of the lanes' entries by name; and before a name, the stream of its updates that are not answered."""

ANSWERS_PREFIX = f"{PREFIX}{{inbox}}:answers:"
"""Before an update's number, the hash of what is known of its answers."""

TRIES, POLLER = PREFIX + "{inbox}:tries", PREFIX + "{inbox}:poller"
"""Hash of how often updates in the inbox have failed; and the lease of the one receiver that polls."""

MAIL_PREFIX, MAIL_TTL_S = PREFIX + "{inbox}:mail:", 3_600
"""Before a worker's name: the list of its lanes that have got more; a living one reads it at once."""

DEAD_LETTERS = PREFIX + "{inbox}:dead"
"""Stream of updates that failed three times, with payload and cause, for the operator to see or replay."""

DEAD_LETTERS_KEPT, DEAD_LETTER_TTL_MS = 1_000, 30 * 86_400_000
"""A dead letter holds a person's message: it stays for the operator a month, not for good."""

CLOSED_TTL_S = 30 * 86_400
"""A chat that threw the bot out stays closed until it is let in again; a mark nobody needs lapses."""

MUTED_TTL_S = 3_600
"""A chat where the bot may not write is tried again so much later: not every change of rights is told."""

THREAD_TTL_S = 30 * 86_400
"""What was asked about a brief is remembered as long as its brief is kept, counted from the last question."""

SHOWN_TTL_S = 60 * 86_400
"""A month longer than its brief: who replies to it too late reads that it has expired."""

INLINE_LINK_TTL_S = 86_400
"""An inline result is pressed soon after it was sent, or never."""

UNDER_WAY_TTL_S = 86_400
"""Longer than any request is under way; what a dead process left on the list lapses with it."""

SEEN_TTL_S = ANSWER_TTL_S = HANDLED_TTL_S = CHARGE_TTL_S = CALLED_OFF_TTL_S = 2 * 86_400
"""Telegram redelivers an update for a day; so long what became of it is known, and a day more."""

DIGEST_DAY_TTL_S = 3 * 86_400
"""How a date's digest went is asked for as long as it can be caught up with, and by processes far behind."""

TOLD_TTL_S = 14 * 86_400
"""What a digest told is compared with the next ones; a story that comes back later is news."""

KEPT_DIGEST_TTL_S = 30 * 86_400
"""Buttons under a digest work as long as those under a brief, counted from the chat's last digest."""

READ_TTL_S = 30 * 86_400
"""What a chat had briefed is in its next digest, at most a month later."""

FEED_TTL_S = 14 * 86_400
"""A feed that nobody follows is not read any more, and goes."""

WIKIPEDIA_TTL_S, FACTCHECK_TTL_S, SEARCH_TTL_S = 86_400, 6 * 3_600, 3_600
"""Leads of an encyclopedia hardly change within a day; a fact-check or a search result is news."""

TURNED_TTL_S, EDITING_TTL_S = 900, 5
"""A model may write for ten minutes, and context comes soon after; the edit that shows it takes a moment."""

BUDGETS_KEPT_S = 62 * 86_400
"""What was used is told of this month and counted until the next but one begins: two months at most."""

BUDGET_LEASE_S = 3_600
"""No call takes so long: one that is not settled by then is a dead process's, and stays charged in full."""

POLL_OFFSET = PREFIX + "{inbox}:offset"
"""The next update id to ask Telegram for."""

MARKER_KEY = PREFIX + "marker-key"
"""Random bytes, made once for all replicas: they key what marks an article's edges in a prompt."""

ARCHIVE = PREFIX + "{archive}:"
"""What all keys of the archive begin with: one slot of a cluster, for scripts that touch many of them.

`articles` (by when they go), `last` (number), `pages` (a hash: page to number), and of each article `hit:…`,
as long as its brief is kept, and `terms:…`; `word:…` holds the numbers of the articles with a term, and lives
as long as the newest of them. `found…` exists inside a search only.
"""


def brief(brief_id: str) -> str:
    """Name a compressed Brief, by its id: a digest over scope, content, prompt version, engine, language."""
    return f"{PREFIX}brief:{{{brief_id}}}"


def brief_fence(brief_id: str) -> str:
    """Name the highest fence that a Brief was written with; what carries a lower one is refused."""
    return f"{PREFIX}fence:{{{brief_id}}}"


def fallback(brief_id: str) -> str:
    """Name the id of the offline brief that stands in for this one for FALLBACK_TTL_S."""
    return f"{PREFIX}fallback:{{{brief_id}}}"


def page(url: str) -> str:
    """Name a compressed Article read from a canonical URL: the index by URL."""
    return f"{PREFIX}page:{_digest(url)}"


def checked(url: str) -> str:
    """Name the mark that the page of a canonical URL was read within RECHECK_TTL_S."""
    return f"{PREFIX}page:checked:{_digest(url)}"


def latest(url: str) -> str:
    """Name the id of the newest brief of a public page, by its canonical URL."""
    return f"{PREFIX}page:latest:{_digest(url)}"


def asked(url: str) -> str:
    """Name the hash of the chats that have a brief of the public page at this canonical URL, by chat."""
    return f"{PREFIX}page:asked:{_digest(url)}"


def breaker(server: str) -> str:
    """Name the record of how a model's server has been answering, `server` being its address and model."""
    return f"{PREFIX}breaker:{_digest(server)}"


def dialect(server: str) -> str:
    """Name what is known of how a model's server wants to be asked."""
    return f"{PREFIX}dialect:{_digest(server)}"


def flight(name: str) -> str:
    """Name the lock of one piece of work that must be done once at a time."""
    return f"{PREFIX}flight:{{{_digest(name)}}}"


def fence(name: str) -> str:
    """Name the number that the last holder of a flight's lock was given: the next one's is higher."""
    return f"{flight(name)}:fence"


def seen(update_id: int) -> str:
    """Name the mark of an update that was received."""
    return f"{PREFIX}{{inbox}}:seen:{update_id}"


def answers(update_id: int) -> str:
    """Name the hash of what is known of an update's answers, by part, so that a second try edits them."""
    return f"{ANSWERS_PREFIX}{update_id}"


def thread(chat_id: int | str, topic_id: int | None, brief_id: str) -> str:
    """Name the list of what was asked about a brief in a chat and topic, by anyone there."""
    return chat(chat_id, f"thread:{topic_id or 0}:{brief_id}")


def chat_threads(chat_id: int | str) -> str:
    """Name the set of a chat's threads, each as "thread:{topic}:{brief}": what /forget deletes."""
    return chat(chat_id, "threads")


def chat_shown(chat_id: int | str) -> str:
    """Name the sorted set of "{chat}:{message}:{brief}" by message: a supergroup numbers its own anew."""
    return chat(chat_id, "shown")


def chat_newest(chat_id: int | str) -> str:
    """Name the hash of the newest brief's id by topic (0 for none): what /ask without a reply is about."""
    return chat(chat_id, "newest")


def chat_briefs(chat_id: int | str) -> str:
    """Name the set of the ids of a chat's private briefs: what /forget deletes."""
    return chat(chat_id, "briefs")


def comparison(comparison_id: str) -> str:
    """Name a compressed Comparison of two public articles."""
    return f"{PREFIX}comparison:{comparison_id}"


def chat(chat_id: int | str, what: str) -> str:
    """Name something of a chat's own; all that is named so moves when a group becomes a supergroup.

    Of a chat: `briefs`, `comparisons` (a hash), `threads` and the `thread:…` lists it names, `shown`,
    `newest`, `preferences` (a hash), `closed` and `closed:{topic}` (it takes no messages of ours), `formerly`
    (the id before it became a supergroup), `digest`, `digest:{day}` and `digests`, `told`, `read`, `follows`,
    `turned:…`.
    """
    return f"{PREFIX}chat:{{{chat_id}}}:{what}"


def digest(chat_id: int | str) -> str:
    """Name the hash of a chat's digests: `subscription`, `done`, `told_until`."""
    return chat(chat_id, "digest")


def digest_day(chat_id: int | str, day: str) -> str:
    """Name how a date's digest went: "sending", "offered", or "sent" and the message's id."""
    return chat(chat_id, f"digest:{day}")


def digests_kept(chat_id: int | str) -> str:
    """Name the hash of a chat's digests by their ids, compressed: what their buttons show."""
    return chat(chat_id, "digests")


def digest_told(chat_id: int | str) -> str:
    """Name the list of the stories that a chat was told, newest first."""
    return chat(chat_id, "told")


def chat_read(chat_id: int | str) -> str:
    """Name the sorted set of the ids of briefs that a chat was shown, by when."""
    return chat(chat_id, "read")


def follows(chat_id: int | str) -> str:
    """Name the hash of the feeds that a chat follows: address to title."""
    return chat(chat_id, "follows")


def feed(url: str) -> str:
    """Name a compressed Feed: what it held when it was read last."""
    return f"{PREFIX}feed:{_digest(url)}"


def feed_followers(url: str) -> str:
    """Name the set of the chats that follow a feed."""
    return f"{PREFIX}feed:followers:{_digest(url)}"


def agenda(name: str, what: str) -> str:
    """Name a part of an agenda: `due`, items by instant, or `held`, their holders; it stays until done."""
    return f"{PREFIX}agenda:{{{name}}}:{what}"


def governor(part: str) -> str:
    """Name a part of what governs the calls to Telegram, in one slot; each lapses soon after it matters."""
    return f"{PREFIX}{{governor}}:{part}"


def limit(whose: str, own_id: int, what: str) -> str:
    """Name what a person or chat has used of a limit; one script charges both, so all limits share a slot.

    `rate` (when the next request is due, kept until then), `briefs` and `questions` (counts, kept until
    midnight UTC), `told:…` (what was said of a limit, kept until it may be again).
    """
    return f"{PREFIX}{{limits}}:{whose}:{own_id}:{what}"


def under_way(chat_id: int, person_id: int) -> str:
    """Name the set of a person's updates in a chat that are not answered yet."""
    return f"{PREFIX}under-way:{{{chat_id}:{person_id}}}"


def called_off(chat_id: int, person_id: int) -> str:
    """Name the update by which a person called off all that they had asked for in a chat before."""
    return f"{PREFIX}called-off:{{{chat_id}:{person_id}}}"


def charge(charge_id: int | str) -> str:
    """Name the mark of what was charged for an answer, so that a second try costs nothing."""
    return f"{PREFIX}{{limits}}:charge:{charge_id}"


def budget(period: str) -> str:
    """Name what all accounts have used in a day or month by UTC, a hash; `periods` is the set of those.

    It has no lifetime, else it could be evicted and budgets begin anew; it goes in the month after next.
    """
    return f"{PREFIX}{{budgets}}:{period}"


def budget_lease(lease: str) -> str:
    """Name what a call is charged that is not settled yet."""
    return f"{PREFIX}{{budgets}}:lease:{lease}"


def inline_link(link_id: str) -> str:
    """Name the link that a button under an inline result stands for."""
    return f"{PREFIX}inline:link:{link_id}"


def inline_brief(inline_id: str) -> str:
    """Name the id of the brief that a message shows in a chat that the bot may not know."""
    return f"{PREFIX}inline:brief:{_digest(inline_id)}"


def inline_answer(update_id: int) -> str:
    """Name the id of the message that answers a guest, so that a second try edits it."""
    return f"{PREFIX}inline:answer:{update_id}"


def handled(chat_id: int, what: str) -> str:
    """Name which update handles a message or album, so that an edit or a second picture does not."""
    return f"{PREFIX}handled:{chat_id}:{what}"


def findings(source: str, asked: str) -> str:
    """Name what a source of context answered to a query, compressed."""
    return f"{PREFIX}context:{source}:{_digest(asked)}"


def turned(chat_id: int, message_id: int, brief_id: str) -> str:
    """Name the mark that a brief's message is turned to another view, or being edited for its context."""
    return chat(chat_id, f"turned:{message_id}:{brief_id}")


def _digest(name: str) -> str:
    """Keep people's URLs out of key names, and keys short."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
