"""How much went on at once, by a sweep line over starts and ends. Instants are integers, in microseconds."""

from typing import Any

Instants = Any  # a numpy array of int64; numpy is not imported before it is needed


class Sweep:
    """What ran when: an interval runs from its start, itself inside, to its end, itself outside."""

    def __init__(self, starts: Instants, ends: Instants) -> None:
        import numpy as np

        self.starts, self.ends = starts, ends
        self._starts, self._ends = np.sort(starts), np.sort(ends)
        self._times = np.sort(np.concatenate([starts, ends]))
        self._running = self.running(self._times)
        # The area under the curve up to each of the times.
        steps = self._running[:-1] * np.diff(self._times)
        self._area = np.concatenate([np.zeros(min(1, len(self._times)), dtype=np.int64), np.cumsum(steps)])

    def running(self, instants: Instants) -> Instants:
        """How many run at each of these instants."""
        begun = self._starts.searchsorted(instants, side="right")
        return begun - self._ends.searchsorted(instants, side="right")

    def at_starts(self) -> Instants:
        """How many run when each interval starts, itself included, even if it takes no time."""
        return self.running(self.starts) + (self.starts == self.ends)

    def area(self, instants: Instants) -> Instants:
        """The time that all have run together up to each of these instants."""
        import numpy as np

        if not len(self._times):
            return np.zeros(len(instants), dtype=np.int64)
        last = self._times.searchsorted(instants, side="right") - 1
        known = self._area[last] + self._running[last] * (instants - self._times[last])
        return np.where(last >= 0, known, 0)

    def peaks(self, edges: Instants) -> tuple[Instants, Instants]:
        """How many ran at most between each two neighbouring edges, and when first."""
        import numpy as np

        inside = (self.starts >= edges[0]) & (self.starts < edges[-1])
        # What was going on at an edge, and each start: nothing else can be the most.
        instants = np.concatenate([edges[:-1], self.starts[inside]])
        levels = np.concatenate([self.running(edges[:-1]), self.at_starts()[inside]])
        places = edges.searchsorted(instants, side="right") - 1
        order = np.lexsort((instants, -levels, places))
        first = order[np.unique(places[order], return_index=True)[1]]
        return levels[first], instants[first]

    def means(self, edges: Instants) -> Instants:
        """How many ran on average between each two neighbouring edges."""
        import numpy as np

        return np.diff(self.area(edges)) / np.diff(edges)
