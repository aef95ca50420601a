"""How a cell is read: from text to value, and what is wrong where there is none, as expressions of DuckDB.

A million rows are so read set by set. Each macro begins with what files mostly hold, told by a pattern, and goes
the long way (full-width digits, 年月日, thousands separators …) only for the rest. A bare ``try_cast`` would not do:
DuckDB casts ``1.5`` to 2, ``1_000`` to 1000, and drops the offset of ``… 08:00:00+08``.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.calendars import business_date
from tasks.sources.files.scratch import quoted
from tasks.sources.files.templates import Column, plain
from tasks.sources.files.words import CHINESE, REASONS

EDGES = " \t\r\n\u00a0\u3000\ufeff"
NOTHING = (
    "", "-", "--", "—", "——", "/", "n/a", "N/A", "n/A", "N/a", "#n/a", "#N/A", "#n/A", "#N/a",
    "null", "NULL", "None", "\\N", "nan", "NaN",
)  # fmt: skip
"""What stands in a cell that says nothing; none is longer than four characters."""
WIDE = "０１２３４５６７８９．，－＋％：／（）￥　"
NARROW = "0123456789.,-+%:/()¥ "
HOURS = 8 * 3_600_000_000
"""Microseconds that China is ahead of UTC; it has had no other clock since 1991."""
OLDEST = dt.date(2000, 1, 1)
AHEAD = dt.timedelta(minutes=10)
"""How far the clock of somebody's device may be ahead."""
FEW = 8
"""Choices that are compared one by one."""
YES = ("是", "yes", "y", "true", "t", "1", "√", "✓", "有", "对")
NO = ("否", "no", "n", "false", "f", "0", "×", "✗", "无", "非")

_IS_NOTHING = " or ".join(f"t = {quoted(word)}" for word in NOTHING)
_DAY = r"\d{4}-\d{1,2}-\d{1,2}"
_RULES = (
    # Neither IN nor a CASE of many: DuckDB makes a join of the one and tries all of the other.
    f"word(t) as case when {_IS_NOTHING} then null else t end",
    f"""said(t) as case when is_plain(t) then t when t is null then null
        when is_edged(t) then word(trim(t, {quoted(EDGES)})) else word(t) end""",
    # Shops write ="123" and '123 so that Excel leaves a number alone.
    """unwrapped(t) as case when t like '="%"' then nullif(substr(t, 3, length(t) - 3), '')
        when t like '''%' then nullif(substr(t, 2), '') else t end""",
    """said_text(t) as case when is_plain(t) then t when t is null then null
        when is_edged(t) or t like '=%' or t like '''%' then unwrapped(said(t)) else word(t) end""",
    f"narrow(t) as translate(t, '{WIDE}', '{NARROW}')",
    r"""day_dashed(n) as regexp_replace(n, '^(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})[日号]?[T ]*', '\1-\2-\3 ')""",
    """dashed(t) as trim(rtrim(
        replace(regexp_replace(day_dashed(narrow(t)), '[时点分]', ':', 'g'), '秒', ''), ': '))""",
    f"""slow_us(d) as case
        when regexp_full_match(d, '{_DAY}( \\d{{1,2}}:\\d{{1,2}}(:\\d{{1,2}}(\\.\\d{{1,9}})?)?)?')
            then epoch_us(try_cast(d as timestamp)) - {HOURS}
        when regexp_full_match(d, '{_DAY} \\d{{1,2}}:\\d\\d:\\d\\d(\\.\\d+)? ?(Z|UTC|[+-]\\d\\d(:?\\d\\d)?)')
            then epoch_us(try_cast(d as timestamptz))
        when regexp_full_match(d, '\\d{{8}}') then epoch_us(try_strptime(d, '%Y%m%d')) - {HOURS}
        when regexp_full_match(d, '\\d{{14}}') then epoch_us(try_strptime(d, '%Y%m%d%H%M%S')) - {HOURS}
        when regexp_full_match(d, '1\\d{{9}}') then try_cast(d as bigint) * 1000000
        when regexp_full_match(d, '1\\d{{12}}') then try_cast(d as bigint) * 1000
        -- What Excel counts: days since 1899-12-30.
        when regexp_full_match(d, '[3-7]\\d{{4}}(\\.\\d+)?')
            then epoch_us(timestamp '1899-12-30') + round(try_cast(d as double) * 86400)::bigint * 1000000 - {HOURS}
        end""",
    # What stands like this DuckDB reads right unless a zone ends it, which it would drop; a regex takes twice as long.
    rf"""moment_us(t) as case when strlen(t) = 19 and t like '2___-__-__ __:__:__' and right(t, 1) between '0' and '9'
            then epoch_us(try_cast(t as timestamp)) - {HOURS}
        when regexp_full_match(t, '\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d')
            then epoch_us(try_cast(t as timestamp)) - {HOURS} else slow_us(dashed(t)) end""",
    "moment_of(t) as make_timestamptz(moment_us(t))",
    f"shanghai_date(us) as cast(make_timestamp(us + {HOURS}) as date)",
    """date_of(t) as case when strlen(t) = 10 and try_cast(t as date)::varchar = t then try_cast(t as date)
        else shanghai_date(slow_us(dashed(t))) end""",
    "month_text(t) as rtrim(regexp_replace(narrow(t), '[年月/.]', '-', 'g'), '-')",
    r"""month_of(t) as case when regexp_full_match(month_text(t), '\d{4}-\d{1,2}')
        then try_cast(month_text(t) || '-01' as date)
        when regexp_full_match(month_text(t), '\d{6}') then cast(try_strptime(month_text(t), '%Y%m') as date)
        else date_of(t) end""",
    r"""grouped(n) as case when regexp_full_match(n, '[+-]?\d{1,3}(,\d{3})+(\.\d+)?') then replace(n, ',', '')
        else n end""",
    r"""number_text(t, units) as case when regexp_full_match(t, '-?\d{1,15}(\.\d+)?') then t
        else ltrim(grouped(regexp_replace(regexp_replace(narrow(t), '^([+-]?)¥', '\1'),
            '¥|\s|(' || units || ')$', '', 'g')), '+') end""",
    r"""integer_of(n) as case when regexp_full_match(n, '-?\d{1,15}(\.0+)?')
        then try_cast(split_part(n, '.', 1) as bigint) end""",
    r"number_of(n) as case when regexp_full_match(n, '-?\d{1,15}(\.\d+)?') then try_cast(n as double) end",
    r"""cny_of(n) as case when regexp_full_match(n, '-?\d{1,15}(\.\d{1,2}0*)?')
        then try_cast(n as decimal(18, 2)) end""",
    r"""share_of(n, t, percent) as case when not regexp_full_match(n, '\d{1,3}(\.\d+)?') then null
        when percent or narrow(t) like '%\%' escape '\' then cast(try_cast(n as decimal(18, 8)) * 0.01 as double)
        else try_cast(n as double) end""",
    "part(t, unit) as coalesce(try_cast(regexp_extract(t, '([0-9.]+)(' || unit || ')', 1) as double), 0)",
    r"""duration(t, bare) as case when regexp_full_match(t, '\d{1,9}(\.\d+)?') then try_cast(t as double) * bare
        when regexp_full_match(t, '(\d+(小时|时|h))?(\d+(\.\d+)?(分钟|分|min|m))?(\d+(\.\d+)?(秒|sec|s))?')
            then part(t, '小时|时|h') * 3600 + part(t, '分钟|分|min|m') * 60 + part(t, '秒|sec|s')
        when regexp_full_match(t, '\d{1,3}:\d\d:\d\d(\.\d+)?') then try_cast(split_part(t, ':', 1) as double) * 3600
            + try_cast(split_part(t, ':', 2) as double) * 60 + try_cast(split_part(t, ':', 3) as double)
        end""",
    "seconds_of(t, bare) as duration(replace(lower(narrow(t)), ' ', ''), bare)",
    "label(t) as regexp_replace(lower(narrow(t)), '[\\s_\\-*:]+', '', 'g')",
    "object_of(t) as case when t like '{%' and json_valid(t) then t end",
)
ASKED = EDGES + "+*"
"""Characters of which it pays to know that a file has none at all."""


def macros(lacks: str = "") -> tuple[str, ...]:
    """The macros, without what they would ask of each cell about characters that the text ``lacks``."""
    edges = [edge for edge in EDGES if edge not in lacks]
    wide = [edge for edge in edges if edge > " "]
    ends = " or ".join(f"suffix(t, {quoted(edge)})" for edge in edges if edge <= " ") or "false"
    any_edge = ["t < '!'", ends, *(f"{end}fix(t, {quoted(edge)})" for end in ("pre", "suf") for edge in wide)]
    whole = "t" if "*" in lacks else "case when contains(t, '**') then null else t end"
    return (
        # What nearly every cell is, told by bytes and lengths alone: a text without blanks at its ends (ASCII, if
        # there are others) that begins with a digit, or with a letter and is too long for a word of NOTHING.
        # Trimming every cell would take longer than all the rest.
        f"""is_plain(t) as {"strlen(t) = length(t)" if wide else "true"} and not ({ends})
            and ((t >= '0' and t < ':') or (strlen(t) > 4 and t >= '?' and t < '\x7f'))""",
        f"is_edged(t) as {' or '.join(any_edge)}",
        # Shops export 138****0001: thousands share it, so that it tells nobody apart.
        f"whole_id(t) as {whole}",
        # A CASE, since both sides of an AND are asked for every row.
        "is_damaged(t) as false"
        if "+" in lacks
        else r"""is_damaged(t) as case when contains(t, '+')
            then regexp_full_match(t, '[+-]?\d(\.\d+)?[eE][+]\d{1,3}') else false end""",
        *_RULES,
    )


MACROS = macros()
"""For any text."""
UNITS = {
    "integer": "次|人|篇|个|件|条|单",
    "cny": "元|人民币|CNY|RMB|cny|rmb",
    "share": "%",
    "number": "次|分",
}


@dataclass(frozen=True)
class Reading:
    """SQL expressions over a cleaned text: its value, what is wrong with it, and whether anything is."""

    value: str
    problem: str
    is_bad: str
    """The same as ``problem is not null``, at a fraction of its price; may be null where nothing is wrong."""


def cleaned(column: Column, raw: str) -> str:
    """SQL of a raw cell without blanks around it; null where it says nothing."""
    return f"said_text({raw})" if column.type in {"text", "person"} else f"said({raw})"


def reading(
    column: Column,
    text: str,
    value: str,
    now: dt.datetime,
    *,
    raw: str = "",
    default: str = "",
    percent: bool = False,
    language: str = CHINESE,
) -> Reading:
    """How one column's cells are read.

    Args:
        column: what they should hold.
        text: SQL of the cleaned text.
        value: SQL of the value, where the problem is asked for.
        now: what lies after it lies in the future.
        raw: SQL of the cell as it stands, so that ``-`` is not told to be empty.
        default: stands where the cell is empty, before the template's own.
        percent: the header says that figures are percent.
        language: of the reasons.
    """
    given = default or column.default
    filled = f"coalesce({text}, {quoted(given)})" if given else text
    faults = _faults(column, text, value, raw, now, REASONS[language])
    cases = " ".join(f"when {condition} then {quoted(reason)}" for condition, reason in faults)
    return Reading(
        _value(column, filled, percent=percent),
        f"case {cases} end" if faults else "null::varchar",
        " or ".join(f"({condition})" for condition in _widest([told for told, _ in faults])) or "false",
    )


def _widest(conditions: Sequence[str]) -> list[str]:
    """The conditions but those that only narrow another one, to say more of what it finds."""
    return [told for told in conditions if not any(told.startswith(f"{wider} and ") for wider in conditions)]


def _value(column: Column, t: str, *, percent: bool) -> str:
    kind = column.type
    number = f"number_text({t}, {quoted(UNITS.get(kind, ''))})"
    if column.choices or kind == "yes_no":
        return _choice(column, t)
    if column.pattern:
        return f"case when regexp_full_match({t}, {quoted(column.pattern)}) then {t} end"
    return {
        "date": f"month_of({t})" if column.months else f"date_of({t})",
        "moment": f"moment_of({t})",
        "integer": f"integer_of({number})",
        "number": f"number_of({number})",
        "cny": f"cny_of({number})",
        "share": f"share_of({number}, {t}, {str(percent).lower()})",
        "minutes": f"seconds_of({t}, 60) / 60",
        "seconds": f"seconds_of({t}, 1)",
        "json": f"object_of({t})",
        "person": f"whole_id({t})",
    }.get(kind, t)


def _choice(column: Column, t: str) -> str:
    said = {label: value for value, labels in column.choices.items() for label in (value, *labels)}
    if column.type == "yes_no":
        said = dict.fromkeys(YES, "true") | dict.fromkeys(NO, "false") | said
    literal = {value: value if column.type == "yes_no" else quoted(value) for value in said.values()}

    def cases(labels: Mapping[str, str], text: str) -> str:
        pairs = ", ".join(f"{quoted(label)}: {literal[value]}" for label, value in labels.items())
        return f"MAP {{{pairs}}}[{text}]"

    fast = {label.lower(): value for label, value in said.items()}
    slow = {plain(label): value for label, value in said.items()}
    last = f", {t}" if column.open else ""
    looked_up = f"coalesce({cases(fast, f'lower({t})')}, {cases(slow, f'label({t})')}{last})"
    if column.type == "yes_no" or len(column.choices) > FEW:
        return looked_up
    # Most files say it as we do, and comparing is far cheaper than looking it up.
    is_ours = " or ".join(f"{t} = {quoted(value)}" for value in column.choices)
    return f"case when {is_ours} then {t} else {looked_up} end"


def _faults(
    column: Column, t: str, v: str, raw: str, now: dt.datetime, words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What may be wrong, as conditions with their reasons; the first that holds is told."""
    faults = []
    if column.required and not column.default and not column.blank:
        if raw:
            faults.append((f"{t} is null and trim({raw}, {quoted(EDGES)}) <> ''", words["nothing"]))
        faults.append((f"{t} is null", words["empty"]))
        if column.type == "person":
            faults.append((f"{v} is null and {t} is not null", words["masked"]))
    if column.type == "person" or column.name.endswith("_id"):
        faults.append((f"is_damaged({t})", words["damaged"]))
    if column.type not in {"text", "person"} or (column.choices and not column.open) or column.pattern:
        faults.append((f"{v} is null and {t} is not null", _wrong(column, words)))
    if column.type == "share":
        faults.append((f"{v} not between 0 and 1", words["share"]))
    elif column.type in {"integer", "number", "cny", "minutes", "seconds"} and not column.signed:
        faults.append((f"{v} < 0", words["negative"]))
    elif column.type in {"date", "moment"}:
        kind, last = ("date", business_date(now)) if column.type == "date" else ("timestamptz", now + AHEAD)
        faults.append((f"{v} < {kind} '{OLDEST}'", words["old"].format(OLDEST.year)))
        if not column.future:
            faults.append((f"{v} > {kind} '{last}'", words["future"]))
    return faults


def _wrong(column: Column, words: Mapping[str, str]) -> str:
    if column.type == "yes_no":
        return words["yes_no"]
    if column.choices:
        # Of the labels the first is ours in Chinese; the value itself is what English readers know.
        ours = words is REASONS[CHINESE]
        labels = [said[0] if ours else value for value, said in column.choices.items()]
        return words["choices"].format(" / ".join(labels))
    return words["pattern"].format(column.example) if column.pattern else words[column.type]
