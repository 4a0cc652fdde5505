"""Cells that add up: periods within periods times segments within segments, and which of them are sums of others."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Label: TypeAlias = Hashable
Level: TypeAlias = Hashable


@dataclass(frozen=True, eq=False)
class Axis:
    """Nodes of several levels over the same atoms: periods over days, or segments over the finest of them.

    `levels` gives, for each level, the node that each atom belongs to; `labels` names the nodes, and levels share a
    node of one label. `sums` has a row for each sum: 1 at the whole, -1 at each part.
    """

    levels: dict[Level, NDArray[np.int64]]
    labels: tuple[Label, ...]
    sums: sparse.csr_matrix

    @classmethod
    def of(cls, atoms: Mapping[Any, Sequence[Any]], nested: Iterable[tuple[Level, Level]]) -> "Axis":
        """Make the axis from the label that each level gives each atom; `nested` pairs a level with a finer one."""
        number: dict[Label, int] = {}
        levels = {
            level: np.array([number.setdefault(label, len(number)) for label in labels], dtype=np.int64)
            for level, labels in atoms.items()
        }
        rows = [
            _sums(levels[whole], levels[part], len(number)) for whole, part in nested if {whole, part} <= set(levels)
        ]
        none = sparse.csr_matrix((0, len(number)))
        return cls(levels, tuple(number), sparse.vstack([none, *rows], format="csr"))

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.labels)

    def holds(self) -> sparse.csr_matrix:
        """Return which node (row) holds which atom (column)."""
        atoms = len(next(iter(self.levels.values())))
        pairs = [np.column_stack([nodes, np.arange(atoms)]) for nodes in self.levels.values()]
        node, atom = np.unique(np.concatenate(pairs), axis=0).T
        return sparse.csr_matrix((np.ones(node.size), (node, atom)), shape=(self.size, atoms))

    def find(self, labels: Iterable[Label]) -> NDArray[np.int64]:
        """Return the node of each label; -1 where there is none."""
        number = {label: at for at, label in enumerate(self.labels)}
        return np.array([number.get(label, -1) for label in labels], dtype=np.int64)

    def nodes(self, levels: Iterable[Level]) -> NDArray[np.bool_]:
        """Say which nodes are of some levels."""
        found = np.zeros(self.size, dtype=bool)
        for level in levels:
            found[self.levels.get(level, [])] = True
        return found


def _sums(whole: NDArray[np.int64], part: NDArray[np.int64], size: int) -> sparse.csr_matrix:
    """Return a sum for each whole that is not itself its part."""
    pairs = np.unique(np.column_stack([whole, part])[whole != part], axis=0)
    wholes, row = np.unique(pairs[:, 0], return_inverse=True)
    signs = np.repeat([1.0, -1.0], [wholes.size, len(pairs)])
    places = (np.concatenate([np.arange(wholes.size), row]), np.concatenate([wholes, pairs[:, 1]]))
    return sparse.csr_matrix((signs, places), shape=(wholes.size, size))


@dataclass(frozen=True, eq=False)
class Cells:
    """Every node of one axis with every node of another; a cell's number is `first * second.size + second`."""

    first: Axis
    second: Axis

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.first.size * self.second.size

    def sums(self) -> sparse.csr_matrix:
        """Return every sum among the cells: along the first axis, then along the second."""
        along = sparse.kron(self.first.sums, sparse.identity(self.second.size))
        beside = sparse.kron(sparse.identity(self.first.size), self.second.sums)
        return sparse.vstack([along, beside], format="csr")

    def add_up(
        self, values: NDArray[np.float64], first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Sum values over the cells; `first` and `second` name the atoms of each."""
        shape = (len(next(iter(self.first.levels.values()))), len(next(iter(self.second.levels.values()))))
        atoms = sparse.csr_matrix((values, (first, second)), shape=shape)
        return np.asarray((self.first.holds() @ atoms @ self.second.holds().T).toarray(), dtype=float).ravel()

    def of(self, first: Iterable[Level], second: Iterable[Level]) -> NDArray[np.bool_]:
        """Say which cells are of some levels of both axes."""
        return np.outer(self.first.nodes(first), self.second.nodes(second)).ravel()
