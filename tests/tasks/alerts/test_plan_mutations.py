"""Whatever a hand does to the plan file, it is told which key or line; never a traceback."""

import copy
import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks import planning, settings
from tasks.alerts.lint import FORM, lint
from tasks.alerts.plan import load_plan
from tasks.alerts.standing import milestones, standings
from tasks.alerts.versions import version_of
from tasks.errors import ConfigurationError

LOADED = settings.load()
TEXT = (settings.HOME / settings.DOCUMENTS["plan"]).read_text(encoding="utf-8").splitlines()
KEYS = [n for n, line in enumerate(TEXT) if re.match(r"\w+ = ", line)]
HEADERS = [n for n, line in enumerate(TEXT) if line.startswith("[")]
SINGLES = [n for n in HEADERS if not TEXT[n].startswith("[[")]
LISTS = [n for n in HEADERS if TEXT[n].startswith("[[")]
NUMBERS = [n for n in KEYS if re.search(r"= \"?-?[\d.]", TEXT[n])]
DATES = [n for n in KEYS if re.search(r"= \d{4}-\d\d-\d\d", TEXT[n])]
TODAY = dt.date(2026, 11, 23)
WORLD = planning.world_of(LOADED, TODAY)


@dataclass(frozen=True)
class Mutation:
    """A plan file with one row spoilt, and what a message about it must name."""

    text: str
    line: int
    names: tuple[str, ...]


Spoil = Callable[[random.Random], tuple[int, str, tuple[str, ...]]]


def table_of(line: int) -> str:
    header = next(n for n in reversed(HEADERS) if n <= line)
    return re.split(r"[.\]]", TEXT[header].strip("["))[0]


def block(header: int) -> str:
    end = next((n for n in HEADERS if n > header), len(TEXT))
    return "\n".join(TEXT[header:end])


def on(lines: list[int], change: Callable[[str, str, random.Random], str]) -> Spoil:
    """A mutation of one line ``key = value`` by what becomes of key and value."""

    def spoil(chance: random.Random) -> tuple[int, str, tuple[str, ...]]:
        line = chance.choice(lines)
        key, _, value = TEXT[line].partition(" = ")
        new = change(key, value.partition(" #")[0].strip(), chance)
        return line, new, tuple({key, new.partition(" = ")[0]} - {""})

    return spoil


def valued(lines: list[int], *values: str) -> Spoil:
    return on(lines, lambda key, _, chance: f"{key} = {chance.choice(values)}")


def on_header(change: Callable[[str, random.Random], str], lines: list[int] = HEADERS) -> Spoil:
    """A mutation of one line ``[table]`` or ``[[table]]``."""

    def spoil(chance: random.Random) -> tuple[int, str, tuple[str, ...]]:
        line = chance.choice(lines)
        new = change(TEXT[line], chance)
        return line, new, (table_of(line), new.strip("[]"))

    return spoil


def double_block(chance: random.Random) -> tuple[int, str, tuple[str, ...]]:
    line = chance.choice(HEADERS)
    return line, f"{block(line)}\n{TEXT[line]}", (table_of(line), "写了两次")


def misspelt(key: str, chance: random.Random) -> str:
    place = chance.randrange(len(key))
    return key[:place] + chance.choice("abcxyz_") + key[place + 1 :]


MUTATIONS: dict[str, Spoil] = {
    "delete a key": on(KEYS, lambda key, value, _: ""),
    "rename a key": on(KEYS, lambda key, value, chance: f"{misspelt(key, chance)} = {value}"),
    "another type": valued(KEYS, "true", "[]", "{}", "[1, 2]", "{ a = 1 }", "07:30:00", "1979-05-27"),
    "a text for a number": valued(NUMBERS, '"viel"', '"十"', '"0.1.2"'),
    "a number for a text": valued([n for n in KEYS if '= "' in TEXT[n]], "7", "-0.5"),
    "negative": on(NUMBERS, lambda key, value, _: f"{key} = -" + value.strip('"').lstrip("-")),
    "not a number": valued(NUMBERS, "nan", "-nan"),
    "infinite": valued(NUMBERS, "inf", "-inf", "1e999"),
    "huge": valued(NUMBERS, "1" + "0" * 40, "9" * 5000, "0x" + "f" * 6000, "1e300", "-1e300"),
    "tiny": valued(NUMBERS, "1e-300", "5e-324"),
    "empty": valued(KEYS, '""', '"  "'),
    "nothing": on(KEYS, lambda key, value, _: f"{key} ="),
    "unicode": valued(KEYS, '"😀"', '"\\u0000"', '"名\\n称"', "“弯引号”", "１２"),
    "unicode key": on(KEYS, lambda key, value, _: f"键 = {value}"),
    "a date out of reach": valued(
        DATES,
        "0001-01-01",
        "9999-12-31",
        "2026-13-01",
        "2026-02-30",
        "2026-09-01T08:00:00",
        "2101-01-01",
        "2011-01-20",
        '"tomorrow"',
        "20260901",
        "08:00:00",
    ),
    "twice": on(KEYS, lambda key, value, _: f"{key} = {value}\n{key} = {value}"),
    "unbalanced": on(KEYS, lambda key, value, _: f"{key} = [{value}"),
    "no equals sign": on(KEYS, lambda key, value, _: f"{key} {value}"),
    "a table written twice": double_block,
    "a list that becomes a table": on_header(lambda header, _: header[1:-1], LISTS),
    "a table that becomes a list": on_header(lambda header, _: f"[{header}]", SINGLES),
    "a header broken off": on_header(lambda header, _: header[:-1]),
    "a header misspelt": on_header(lambda header, chance: header[0] + misspelt(header[1:], chance)),
    "a table out of nowhere": on_header(lambda header, _: f"[[surprise]]\na = 1\n\n{header}"),
    "nested without end": on(KEYS, lambda key, value, _: f"{key} = " + "[" * 2000 + "]" * 2000),
}


def mutations(kind: str) -> list[Mutation]:
    """Eight of a kind, each on another row or with another value, the same ones every time."""
    chance = random.Random(kind)
    found: dict[str, Mutation] = {}
    while len(found) < 8:
        line, new, names = MUTATIONS[kind](chance)
        text = "\n".join([*TEXT[:line], new, *TEXT[line + 1 :]]) + "\n"
        found[text] = Mutation(text, line + 1, names)
    return list(found.values())


def named(spoilt: Mutation, said: str) -> bool:
    """True when the message names the key as a word of its own."""
    return any(re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", said) for name in spoilt.names)


def told(text: str, file: Path) -> str:
    """What a person is told about this plan; empty when it is taken."""
    file.write_text(text, encoding="utf-8")
    try:
        document = LOADED.model_copy(update={"plan_file": file}).document("plan")
    except ConfigurationError as error:
        return str(error)
    flaws = lint(document, WORLD, "zh-CN")
    refused = [flaw.text for flaw in flaws if flaw.code == FORM]
    if refused:
        with pytest.raises(ConfigurationError) as error:
            load_plan(document)
        assert str(error.value).splitlines() == refused
        return "\n".join(refused)
    plan = load_plan(document)
    standings(plan, {}, {}, {}, TODAY, "zh-CN")
    milestones(plan, TODAY, "en")
    version_of(document)
    return ""


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_spoilt_row_is_told_by_its_key_or_its_line(kind: str, tmp_path: Path) -> None:
    refused = 0
    for spoilt in mutations(kind):
        said = told(spoilt.text, tmp_path / "plan.toml")
        if said:
            refused += 1
            line = int(found[1]) if (found := re.search(r"第 (\d+) 行", said)) else 0
            at_line = line >= spoilt.line or "recursion" in said or "digits" in said
            assert at_line or named(spoilt, said), (spoilt.line, said)
    assert refused or kind in {"negative"}


def test_there_are_two_hundred_mutations() -> None:
    assert len({spoilt.text for kind in MUTATIONS for spoilt in mutations(kind)}) >= 200


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (b"\xef\xbb\xbf[brand]\n", "brand: name: "),
        (b'[brand]\nname = "\xff"\n', "第 2 行不是有效的 TOML"),
        (b'[brand]\nname = "a', "第 2 行"),
        (b"", "brand: 缺少这个键"),
        (b"kpi = 3\n", "kpi: 写的是 3；要写成列表：[[kpi]]"),
    ],
)
def test_a_file_that_is_hardly_a_plan_is_told_apart(spoilt: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_bytes(spoilt)
    here = LOADED.model_copy(update={"plan_file": file})
    assert any(said in flaw.text for flaw in planning.flaws_of(here, TODAY))


def test_a_folder_in_the_place_of_the_file_is_no_traceback(tmp_path: Path) -> None:
    here = LOADED.model_copy(update={"plan_file": tmp_path})
    (flaw,) = planning.flaws_of(here, TODAY)
    assert "cannot be read" in flaw.text


JUNK = (
    True,
    0,
    -1,
    10**40,
    0.5,
    float("nan"),
    "",
    "x",
    "😀" * 400,
    [],
    [[]],
    [1],
    {},
    {"a": {}},
    dt.time(7),
    TODAY,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a parsed document."""
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    if isinstance(value, list):
        inner = list(enumerate(value))
    return [path] * bool(path) + [place for step, part in inner for place in places(part, (*path, step))]


@pytest.mark.parametrize("seed", range(20))
def test_junk_in_any_place_of_the_parsed_plan_is_told_by_its_key(seed: int) -> None:
    chance = random.Random(seed)
    document = LOADED.document("plan")
    for _ in range(10):
        path = chance.choice(places(document))
        changed = copy.deepcopy(document)
        here: Any = changed
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = chance.choice(JUNK)
        refused = [
            flaw.text for flaw in lint(changed, WORLD, chance.choice(["zh-CN", "en"])) if flaw.code == FORM
        ]
        version_of(changed)
        keys = [str(step) for step in path if isinstance(step, str)]
        # A last key such as value is told as "end 0.25" where it does not fit the others of its entry.
        told_by = "|".join(map(re.escape, keys[1:] or keys))
        assert not refused or re.search(rf"(?<!\w)({told_by})(?!\w)", "\n".join(refused)), (path, refused)
