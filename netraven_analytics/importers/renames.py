"""Which of the files that a commit took away and added are the same one under another name."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

# As git has them: the share of equal content from which two files are the same one, and from which they are
# if only they of all have their name; and how many pairs are compared at most.
_ALIKE, _ALIKE_BY_NAME = 0.5, 0.75
_PAIRS = 1_000_000
_PIECE = re.compile(rb"[^\n]{0,63}\n|[^\n]{1,64}")

Read = Callable[[Any], bytes]


def find_renames(removed: Mapping[bytes, Any], added: Mapping[bytes, Any], read: Read) -> dict[bytes, bytes]:
    """The old path of each new one that is the same file renamed.

    As git finds them: files with the same content first, then those alone in having their name that share
    three quarters of it, then those that share at least half, the most alike first. libgit2 measures
    otherwise, and takes any two files with the same content for one before it looks at their names.

    Args:
        removed, added: paths with the ids of their contents.
        read: gives the content of an id.
    """
    search = _Search(dict(removed), dict(added), read)
    search.with_same_content()
    if search.added and len(search.removed) * len(search.added) <= _PAIRS:
        search.with_same_name()
        search.most_alike()
    return search.found


class _Search:
    """What is still without a partner, and what was found."""

    def __init__(self, removed: dict[bytes, Any], added: dict[bytes, Any], read: Read) -> None:
        self.removed, self.added, self.found = removed, added, dict[bytes, bytes]()
        self._read = read
        self._pieces: dict[Any, tuple[Counter[bytes], int]] = {}

    def with_same_content(self) -> None:
        """A file keeps its name if it can."""
        for same_name in (True, False):
            for new, content in sorted(self.added.items()):
                equal = (old for old, other in sorted(self.removed.items()) if other == content)
                old = next((old for old in equal if not same_name or _name(old) == _name(new)), None)
                if old is not None:
                    self._pair(old, new)

    def with_same_name(self) -> None:
        old_names, new_names = (Counter(map(_name, paths)) for paths in (self.removed, self.added))
        by_name = {_name(old): old for old in self.removed}
        for new in sorted(self.added):
            name = _name(new)
            alone = old_names[name] == new_names[name] == 1
            if alone and self._alike(by_name[name], new) >= _ALIKE_BY_NAME:
                self._pair(by_name[name], new)

    def most_alike(self) -> None:
        pairs = [
            (-alike, _name(old) != _name(new), new, old)
            for new in self.added
            for old in self.removed
            if (alike := self._alike(old, new)) >= _ALIKE
        ]
        for _, _, new, old in sorted(pairs):
            if new in self.added and old in self.removed:
                self._pair(old, new)

    def _pair(self, old: bytes, new: bytes) -> None:
        del self.removed[old], self.added[new]
        self.found[new] = old

    def _alike(self, old: bytes, new: bytes) -> float:
        """The share of the larger file that is in both, in pieces of a line or 64 bytes."""
        (pieces, size), (others, other_size) = self._of(self.removed[old]), self._of(self.added[new])
        if not size or not other_size or min(size, other_size) < _ALIKE * max(size, other_size):
            return 0.0
        return sum(len(p) * n for p, n in (pieces & others).items()) / max(size, other_size)

    def _of(self, content: Any) -> tuple[Counter[bytes], int]:
        if content not in self._pieces:
            data = self._read(content)
            self._pieces[content] = Counter(_PIECE.findall(data.replace(b"\r\n", b"\n"))), len(data)
        return self._pieces[content]


def _name(path: bytes) -> bytes:
    return path.rpartition(b"/")[2]
