"""What a quarantine file shows of a row: the cells its template knows, ids of persons masked.

Plain ids live in the one encrypted mapping and nowhere else. Who repairs a row finds it by its number in the file that
was imported; ``oA****56`` is there to recognise it. A mask that is imported by mistake is told from an id by its stars.
"""

from tasks.sources.files.offers import Choice, Raw
from tasks.sources.files.persons import TELLING

SHORT = 8
"""Of an id with fewer characters not even the ends are shown."""
MACROS = (
    f"masked(t) as case when length(t) < {SHORT} then '****' else left(t, 2) || '****' || right(t, 2) end",
    f"""hidden(cell, id) as case when length(id) >= {TELLING} then replace(cell, id, masked(id))
        when trim(cell) = id then masked(id) else cell end""",
)
"""Of DuckDB: an id that still tells where to look but not who it is, and a cell without an id of its row."""


def shown(choice: Choice) -> dict[str, str]:
    """SQL of each column that the file has, in the file's order: the cell as it stood, without plain ids.

    Asked of a table that has, beside the file's cells, the cleaned ids of its rows as ``t_<column>``.
    """
    found = {}
    for name, place in sorted(choice.columns.items(), key=lambda entry: entry[1]):
        cell = f"c{place}"
        if choice.template.columns[name].type == "person":
            cell = f'coalesce(masked("t_{name}"), {cell})'
        else:
            for person in persons_in(choice):
                cell = f'hidden({cell}, "t_{person}")'
        found[name] = cell
    return found


def original(choice: Choice) -> str:
    """SQL of a row as a quarantine file shows it: a list of texts in the order of :func:`headers`."""
    return f"[{', '.join(shown(choice).values())}]::varchar[]"


def headers(choice: Choice, raw: Raw) -> list[str]:
    """What the file calls the columns that are shown."""
    return [raw.headers[choice.columns[name]].strip() for name in shown(choice)]


def uncut(choice: Choice, line: str) -> str:
    """SQL of a row that could not be cut into cells: all of it, unless it may hold an id of a person."""
    return f"[{line}]::varchar[]" if not persons_in(choice) else "[]::varchar[]"


def persons_in(choice: Choice) -> list[str]:
    """Columns of the file that hold ids of persons."""
    return [name for name in choice.template.persons if name in choice.columns]
