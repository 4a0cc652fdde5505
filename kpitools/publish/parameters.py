"""The parameters cell of a notebook is its interface: read it, and refuse what it does not name."""

import ast
import io
import json
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpitools.errors import ReportError, suggest


@dataclass(frozen=True)
class Parameter:
    """A line `name: type = default  # help` of a parameters cell.

    `default` is the value where it is a literal, else its source text; `type` is the annotation, else the
    type of the default.
    """

    name: str
    type: str
    default: Any
    help: str = ""


def parameters(notebook: Path) -> list[Parameter]:
    """Return the parameters of a notebook, in the order of its cell tagged `parameters`.

    A notebook without such a cell has none.

    Raises:
        ReportError: the file is missing or no notebook, or its parameters cell is no Python.
    """
    source = _parameters_cell(notebook)
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ReportError(f"{notebook.name}: line {error.lineno} of the parameters cell is no Python.") from None
    comments = _comments(source)
    return [found for each in statements if (found := _parameter(each, comments))]


def check_parameters(notebook: Path, given: Iterable[str]) -> None:
    """Refuse a name that is no parameter of the notebook (papermill would run with the default instead).

    Raises:
        ReportError: the unknown name and the nearest known one.
    """
    known = [parameter.name for parameter in parameters(notebook)]
    for name in given:
        if name not in known:
            raise ReportError(f"The notebook {notebook.stem!r} has no parameter {name!r}. {suggest(name, known)}")


def _parameters_cell(notebook: Path) -> str:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise ReportError(f"There is no notebook {str(notebook)!r}.") from None
    except (UnicodeDecodeError, ValueError, KeyError, TypeError):
        raise ReportError(f"{notebook.name} is no Jupyter notebook (format 4).") from None
    for cell in cells:
        if cell["cell_type"] == "code" and "parameters" in cell["metadata"].get("tags", []):
            return "".join(cell["source"])
    return ""


def _comments(source: str) -> dict[int, str]:
    """Return the comments of a source by line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}


def _parameter(statement: ast.stmt, comments: dict[int, str]) -> Parameter | None:
    """Read one assignment; any other statement is no parameter."""
    target: ast.expr
    annotation = None
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target, annotation, value = statement.target, ast.unparse(statement.annotation), statement.value
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    else:
        return None
    if not isinstance(target, ast.Name):
        return None
    default = _literal(value)
    comment = comments.get(statement.end_lineno or statement.lineno, "")
    return Parameter(target.id, annotation or type(default).__name__, default, comment)


def _literal(value: ast.expr) -> Any:  # noqa: ANN401 # whatever the cell says
    try:
        return ast.literal_eval(value)
    except ValueError:
        return ast.unparse(value)
