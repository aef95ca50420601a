"""What a file offers: one table or several, each with a row that may be its header; and which of them is meant."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.errors import ConfigurationError
from tasks.sources.files.templates import Template, mapped

HEADER_WITHIN = 20
"""A header is looked for in this many first rows: above it stand banners and notes."""
NAMED = 12
"""How many columns a message names before it says how many more there are."""


@dataclass(frozen=True)
class Raw:
    """A table as text: ``select`` gives columns ``c0``, ``c1`` … in the order of ``headers``, rows as in the file."""

    headers: Sequence[str]
    select: str
    first_row: int
    """What a person calls the first row under the header."""
    whole_row: bool = False
    """The select ends with a column ``line``: the row as it stood in the file."""
    rejects: bool = False
    """Rows that are no rows of the table are in DuckDB's ``reject_errors``."""
    lacks: str = ""
    """Characters that surely stand in none of its cells, among those that are asked about."""


@dataclass(frozen=True)
class Offer:
    """One table that a file may be read as."""

    where: str
    """Sheet, table or delimiter, for messages; may be empty."""
    rows: Sequence[Sequence[str]]
    """Its first rows."""
    opened: Callable[[int], Raw]
    """The table under the header at that position."""
    layout: str = "table"


@dataclass(frozen=True)
class Choice:
    """The table that is meant, as which template, and where each column is read from."""

    offer: Offer
    template: Template
    header: int
    columns: Mapping[str, int]
    unused: Sequence[str] = field(default=())
    """Headers that mean nothing to the template."""


def chosen(name: str, offers: Sequence[Offer], templates: Iterable[Template]) -> Choice:
    """The offer and template that fit: all required columns there, and most columns known.

    Raises:
        ConfigurationError: none fits, or two templates fit equally well; the message names the columns found and
            wanted.
    """
    listed = list(templates)
    fits, nearest = [], None
    for offer in offers:
        for header, row in enumerate(offer.rows[:HEADER_WITHIN]):
            for template in listed:
                if offer.layout not in (template.layout, "table"):
                    continue
                columns = mapped(template, row)
                lacking = [c for c in template.required if c.name not in columns and not c.default]
                rank = (-len(lacking), len(columns), offer.layout == template.layout, -header)
                if columns and (nearest is None or rank > nearest[0]):
                    nearest = (rank, template, row)
                if not lacking:
                    unused = [
                        said
                        for place, said in enumerate(row)
                        if place not in columns.values() and said.strip()
                    ]
                    fits.append((rank[1:], Choice(offer, template, header, columns, unused)))
    if not fits:
        raise ConfigurationError(_unfit(name, offers, listed, nearest))
    best = max(rank for rank, _ in fits)
    found = [choice for rank, choice in fits if rank == best]
    names = sorted({choice.template.template_id for choice in found})
    if len(names) > 1:
        raise ConfigurationError(
            f"{name}：同样符合模板 {'、'.join(names)}，请用 --template 指明 (fits several templates; name one)"
        )
    places = sorted({choice.offer.where for choice in found})
    if len(places) > 1:
        raise ConfigurationError(
            f"{name}：{'、'.join(places)} 都符合，请用 --sheet 指明 (several sheets fit; name one)"
        )
    _refuse_doubles(name, found[0])
    return found[0]


def _refuse_doubles(name: str, choice: Choice) -> None:
    row = [said.strip() for said in choice.offer.rows[choice.header]]
    doubled = sorted({row[place] for place in choice.columns.values() if row.count(row[place]) > 1})
    if doubled:
        raise ConfigurationError(
            f"{name}：表头 {'、'.join(doubled)} 出现两次，请删除或改名其中一列后再导入 (the header stands twice)"
        )


def _unfit(
    name: str,
    offers: Sequence[Offer],
    templates: Sequence[Template],
    nearest: tuple[object, Template, Sequence[str]] | None,
) -> str:
    if nearest is None or (len(templates) > 1 and len(mapped(nearest[1], nearest[2])) < 2):
        rows = [row for offer in offers for row in offer.rows[:1]]
        found = _listed([cell for row in rows for cell in row])
        wanted = (
            _listed([c.header for c in templates[0].required]) if len(templates) == 1 else "见 --templates"
        )
        return f"{name}：看不出是哪种数据。文件中的列：{found}；需要的列：{wanted} (not recognised)"
    _, template, row = nearest
    columns = mapped(template, row)
    lacking = [c.header for c in template.required if c.name not in columns and not c.default]
    return (
        f"{name}：缺少“{template.title}”（{template.template_id}）的必填列 {_listed(lacking)}。"
        f"文件中的列：{_listed(row)}；需要的列：{_listed([c.header for c in template.required])} "
        "(required columns are missing)"
    )


def _listed(names: Sequence[str]) -> str:
    said = [name.strip() for name in names if name.strip()]
    more = f" 等 {len(said)} 列" if len(said) > NAMED else ""
    return "、".join(said[:NAMED]) + more if said else "（无）"
