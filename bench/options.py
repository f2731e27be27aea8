"""The options of `make bench`, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.pairs import pairs_within

USUAL_WORKS = "sale,list,detail"


@dataclass(frozen=True, slots=True)
class Options:
    """The works to measure, the durations, and the other side."""

    works: frozenset[str]
    """First words of the works to measure."""
    clients: tuple[int, ...]
    seconds_each: float
    runs: int
    slice_seconds: float
    minutes: float
    beside_monolith: bool
    behind_pooler: bool
    """Whether to compare with the same suite behind PgBouncer."""
    base: str | None
    """The git revision to compare with."""
    traced: float | None
    """The share of requests that the other side, ours too, traces."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Options":
        """Read the options; ends the command if two other sides are named."""
        beside_monolith, base = environment.get("BASELINE") == "1", environment.get("BASE") or None
        behind_pooler, traced = environment.get("POOLER") == "1", environment.get("TRACED")
        if sum(map(bool, (beside_monolith, behind_pooler, base, traced))) > 1:
            raise SystemExit("BASELINE, POOLER, BASE, TRACED: ours takes turns with one other side.")
        return cls(
            works=frozenset((environment.get("WORKS") or USUAL_WORKS).replace(",", " ").split()),
            clients=tuple(
                int(number) for number in (environment.get("CLIENTS") or "8,32").replace(",", " ").split()
            ),
            seconds_each=float(environment.get("SECONDS_EACH") or 15),
            runs=int(environment.get("RUNS") or 1),
            slice_seconds=float(environment.get("SLICE_SECONDS") or 2),
            minutes=float(environment.get("MINUTES") or 3),
            beside_monolith=beside_monolith,
            behind_pooler=behind_pooler,
            base=base,
            traced=float(traced) if traced else None,
        )

    @property
    def has_other_side(self) -> bool:
        """Whether ours takes turns with another side."""
        return self.beside_monolith or self.behind_pooler or bool(self.base) or self.traced is not None

    def pairs(self, starts: int = 1) -> int:
        """The number of pairs of slices in each of so many starts, which share the minutes."""
        return pairs_within(self.minutes / starts, self.slice_seconds)

    def asks_for(self, work: str) -> bool:
        """Whether a work of this name is to be measured."""
        return work.split(maxsplit=1)[0] in self.works
