"""Which withheld cells of a table of sums can be worked out from the shown ones, and what to withhold beside them.

Exact linear disclosure: a reader who knows some cells, and which cells are sums of which, solves for the rest. A cell
is determined where every solution gives it one value. (Bounds, which follow from counts never being negative, are not
looked at.) Secondary suppression: L. Willenborg and T. de Waal, "Elements of Statistical Disclosure Control", 2001.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import lsqr

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
_NOTHING = 1e-6
"""A component of a random change below this is none; the solver leaves less than a thousandth of it."""
_CHOICE = 4
"""Candidates to choose one from where several sums together give a cell away."""
_PATIENCE = 12
"""Rounds after which twice as many are chosen, lest a long chain of sums take a round for each link."""


@dataclass(frozen=True, eq=False)
class Sums:
    """Cells of which some are sums of others.

    `matrix` has a row for each sum: 1 at the whole, -1 at each of its parts, 0 elsewhere.
    """

    matrix: sparse.csr_matrix

    def touched(self, cells: Mask) -> NDArray[np.int64]:
        """Count the cells that stand in each sum."""
        return np.asarray(abs(self.matrix) @ cells.astype(np.int64), dtype=np.int64)

    def around(self, cells: Mask) -> Mask:
        """Say which cells stand in a sum with one of these."""
        return np.asarray(abs(self.matrix).T @ (self.touched(cells) > 0).astype(np.int64) > 0)

    def determined(self, unknown: Mask) -> Mask:
        """Say which unknown cells follow from the others."""
        left = self._solved_in_turn(unknown)
        found = unknown & ~left
        return found | (left & self._solved_together(left))

    def _solved_in_turn(self, unknown: Mask) -> Mask:
        """Return the cells that stay unknown when each sum with one unknown gives it, again and again."""
        left = unknown.copy()
        while True:
            alone = (self.touched(left) == 1).astype(np.int64)
            given = left & np.asarray(abs(self.matrix).T @ alone > 0)
            if not given.any():
                return left
            left &= ~given

    def _solved_together(self, unknown: Mask) -> Mask:
        """Say which unknown cells several sums give together.

        Such a cell is the same in all solutions, so a random change between two solutions is zero there; elsewhere it
        is zero with probability nought.
        """
        found = np.zeros(unknown.size, dtype=bool)
        places = np.flatnonzero(unknown)
        part = self.matrix[:, places]
        part = part[np.diff(part.indptr) > 0]
        if not part.shape[0]:
            return found
        change = np.random.default_rng(20261122).standard_normal(places.size)
        fitted = lsqr(part, part @ change, atol=1e-13, btol=1e-13, conlim=0, iter_lim=10 * places.size)
        found[places] = abs(change - fitted[0]) < _NOTHING
        return found


def withhold(
    sums: Sums,
    counts: Floats,
    published: Mask,
    minimum: float,
    *,
    hidden: Mask | None = None,
    settled: Mask | None = None,
) -> Mask:
    """Choose the published cells to withhold, so that no small group can be seen or worked out.

    Args:
        sums: how the cells add up.
        counts: persons in each cell. Several rows are counts that are withheld together: none may be small.
        published: the cells that are printed anywhere. One of nobody is printed, and so known.
        minimum: a group of fewer persons is small.
        hidden: cells that are withheld already.
        settled: cells of which it is decided already whether they are shown.

    Returns:
        The withheld cells: the small ones and, the smaller before the larger, as many others as it takes until no
        withheld cell is determined, and until those withheld of one sum are together no small group either.
    """
    nowhere = np.zeros_like(published)
    free = published & ~(nowhere if settled is None else settled)
    hidden = (nowhere if hidden is None else hidden) | (free & ((counts > 0) & (counts < minimum)).any(axis=0))
    beside, turn = hidden, 0
    while beside.any():
        beside, turn = nowhere, turn + 1
        for count in counts:
            state = _State(sums, count, published, hidden, free & ~hidden & (count > 0))
            beside = beside | state.beside(minimum, 1 << min(turn // _PATIENCE, 20))
        hidden = hidden | beside
    return hidden


@dataclass(frozen=True)
class Question:
    """A choice of cells to withhold that is made once: the tables of one page ask the same again and again."""

    digest: bytes
    answer: Callable[[], Mask] = field(compare=False, repr=False)

    @classmethod
    def of(cls, sums: Sums, counts: Floats, published: Mask, minimum: float, **before: Mask) -> "Question":
        """Ask what `withhold` gives for the same arguments."""
        matrix = sums.matrix
        parts = (
            matrix.data,
            matrix.indices,
            matrix.indptr,
            counts,
            published,
            *(before[name] for name in sorted(before)),
        )
        digest = hashlib.sha256(repr((minimum, sorted(before), counts.shape)).encode())
        for part in parts:
            digest.update(np.ascontiguousarray(part).tobytes())
        return cls(digest.digest(), lambda: withhold(sums, counts, published, minimum, **before))


@lru_cache(maxsize=64)
def answered(question: Question) -> Mask:
    """Answer a question, or say again what was answered."""
    return question.answer()


@dataclass(frozen=True, eq=False)
class _State:
    """What is hidden and may be hidden of one count."""

    sums: Sums
    count: Floats
    published: Mask
    hidden: Mask
    candidates: Mask

    @property
    def unknown(self) -> Mask:
        """What a reader does not see; nobody in a cell is seen."""
        return (self.hidden | ~self.published) & (self.count > 0)

    def beside(self, minimum: float, many: int) -> Mask:
        """Choose what to withhold next: what single sums ask for, and where they ask for nothing, several together.

        `many` are chosen beside each cell that several sums give away.
        """
        chosen = self._smallest_of(self._telling(minimum))
        if not chosen.any():
            for cell in np.flatnonzero(self.sums.determined(self.unknown) & self.hidden):
                chosen = chosen | self._smallest_near(int(cell), many)
        return chosen

    def _telling(self, minimum: float) -> Mask:
        """Say which sums give away a hidden cell, or a small group of hidden ones."""
        unknown, matrix = self.unknown, self.sums.matrix
        concealed = self.sums.touched(unknown & self.hidden)
        unseen = self.sums.touched(unknown) - concealed
        together = -(matrix @ (self.count * unknown))  # below zero where the whole is unknown itself
        few = (together > 0) & (together < minimum)
        return np.asarray((unseen == 0) & (concealed > 0) & ((concealed == 1) | few), dtype=bool)

    def _smallest_of(self, telling: Mask) -> Mask:
        """Choose the smallest candidate of each of these sums."""
        entries = self.sums.matrix[np.flatnonzero(telling)].tocoo()
        able = self.candidates[entries.col]
        row, cell = entries.row[able], entries.col[able]
        order = np.lexsort((cell, self.count[cell], row))
        _, first = np.unique(row[order], return_index=True)
        chosen = np.zeros_like(self.hidden)
        chosen[cell[order][first]] = True
        return chosen

    def _smallest_near(self, cell: int, many: int) -> Mask:
        """Choose the smallest of some candidates that share a sum with a cell, or a chain of sums.

        Several are looked for: the nearest may be the total alone, the dearest of all.
        """
        near = np.zeros_like(self.hidden)
        near[cell] = True
        while (near & self.candidates).sum() < _CHOICE * many:
            wider = self.sums.around(near)
            if (wider == near).all():
                break
            near = wider
        able = np.flatnonzero(near & self.candidates)
        chosen = np.zeros_like(near)
        chosen[able[np.argsort(self.count[able], kind="stable")[:many]]] = True
        return chosen
