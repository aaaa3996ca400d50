"""A knee whose pain follows the load it gets: simple, seeded, good enough to show what the diary shows."""

import random
from dataclasses import dataclass


@dataclass
class Knee:
    """How one runner's knee reacts. Irritation is felt as pain (0-10); tolerance is minutes of running taken well."""

    chance: random.Random
    irritation: float
    tolerance_minutes: float
    deficit_percent: float
    strength_newton: float

    def rest(self) -> None:
        """Let a day pass: irritation settles."""
        self.irritation *= 0.84

    def train(self) -> tuple[int, int]:
        """Do the exercises: return pain during and after, 0-10. Strength and tolerance grow a little."""
        self.deficit_percent = max(-2.0, self.deficit_percent - self.chance.uniform(0.5, 1.1))
        self.tolerance_minutes *= self.chance.uniform(1.01, 1.04)
        during = self._felt(self.irritation * 0.5)
        return during, max(0, during - 1)

    def run(self, minutes: float) -> tuple[int, int, int, int]:
        """Run for some minutes: return pain before, during, in the hour after and the next morning, each 0-10."""
        before = self._felt(self.irritation * 0.3)
        overload = max(0.0, minutes / self.tolerance_minutes - 1)
        during = self._felt(self.irritation * 0.4 + overload * 6)
        self.irritation = min(9.0, self.irritation + overload * 5)
        morning = self._felt(self.irritation * 0.3 + overload * 2)
        self.tolerance_minutes *= 1.02
        return before, during, max(0, during - 1), min(10, morning)

    def newton(self) -> tuple[float, float]:
        """Return hip abduction force of the healthy and of the affected side, in newton."""
        healthy = self.strength_newton + self.chance.uniform(-2, 2)
        return round(healthy, 1), round(healthy * (1 - self.deficit_percent / 100), 1)

    def _felt(self, level: float) -> int:
        return max(0, min(10, round(level + self.chance.uniform(-0.45, 0.45))))
