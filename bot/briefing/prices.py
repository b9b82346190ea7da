"""What tokens cost."""

from dataclasses import dataclass

from bot.briefing.models import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, in any currency; cached input costs what other input does, unless given."""

    given: float = 0.0
    cached: float | None = None
    written: float = 0.0

    def cost(self, usage: Usage) -> float:
        """Return what these tokens cost."""
        return self.cost_millionths(usage) / 1_000_000

    def cost_millionths(self, usage: Usage) -> float:
        """Return what these tokens cost, in millionths of the currency."""
        cached = self.given if self.cached is None else self.cached
        fresh = usage.input_tokens - usage.cached_tokens
        return fresh * self.given + usage.cached_tokens * cached + usage.output_tokens * self.written
