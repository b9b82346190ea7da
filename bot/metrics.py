"""What is counted and timed, on one page: each metric of /metrics, and what it is for.

Labels hold names of ours alone: no text, address, chat or person. A process counts for itself; the inbox that
all replicas share is read from Redis when somebody looks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY: Final = CollectorRegistry()

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_QUICK: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Seconds: from a cached brief to a model at its deadline."""

UPDATES: Final = Counter(
    "sayso_updates", "Updates handled, by how that ended.", ["outcome"], registry=REGISTRY
)
UPDATE_SECONDS: Final = Histogram(
    "sayso_update_seconds",
    "From taking an update out of the inbox until its answer is out.",
    buckets=_QUICK,
    registry=REGISTRY,
)
BRIEFS: Final = Counter(
    "sayso_briefs", "Briefs given, by where they came from.", ["origin"], registry=REGISTRY
)
STAGE_SECONDS: Final = Histogram(
    "sayso_stage_seconds", "Parts of making a brief.", ["stage"], buckets=_QUICK, registry=REGISTRY
)
MODEL_CALLS: Final = Counter(
    "sayso_model_calls", "Calls of the model, by how they ended.", ["model", "outcome"], registry=REGISTRY
)
MODEL_TOKENS: Final = Counter(
    "sayso_model_tokens", "Tokens of the model's calls.", ["model", "kind"], registry=REGISTRY
)
TELEGRAM_CALLS: Final = Counter(
    "sayso_telegram_calls",
    "Messages and edits: made, dropped (courtesies that could not go at once), refused (as too many).",
    ["outcome"],
    registry=REGISTRY,
)
TELEGRAM_WAIT_SECONDS: Final = Histogram(
    "sayso_telegram_wait_seconds",
    "How long messages and edits waited for leave of the rate governor.",
    ["urgency"],
    buckets=_QUICK,
    registry=REGISTRY,
)
DEFECTS: Final = Counter(
    "sayso_defects",
    "Messages that Telegram takes from nobody, such as one too long: a fault of the bot's.",
    registry=REGISTRY,
)
DIGESTS: Final = Counter(
    "sayso_digests", "Digests that were due, by how that ended.", ["outcome"], registry=REGISTRY
)
DIGESTS_DUE: Final = Gauge("sayso_digests_due", "Digests that are due and not delivered.", registry=REGISTRY)
INBOX_ENTRIES: Final = Gauge("sayso_inbox_entries", "Updates not answered yet.", registry=REGISTRY)
INBOX_OLDEST_SECONDS: Final = Gauge(
    "sayso_inbox_oldest_seconds", "Age of the oldest of them.", registry=REGISTRY
)
DEAD_LETTERS: Final = Gauge(
    "sayso_dead_letters", "Updates given up, which `sayso inbox` shows.", registry=REGISTRY
)


@contextmanager
def timed(histogram: Histogram) -> Iterator[None]:
    """Observe how long the block takes, however it ends."""
    begun = perf_counter()
    try:
        yield
    finally:
        histogram.observe(perf_counter() - begun)


def render() -> bytes:
    """Return all metrics as Prometheus reads them."""
    return generate_latest(REGISTRY)
