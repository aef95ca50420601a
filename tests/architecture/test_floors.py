"""The house stands: imports only go down the stairs, and every room keeps to its own libraries."""

import ast
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
THINKING = {"metrics", "alerts", "content", "segments", "reporting"}
REACHING = {"sources", "lake", "opsdb", "notifiers", "sandbox", "services"}
GROUND = {"settings", "calendars", "records", "messages", "retries"}
FLOOR_OF_DATA_LIBRARIES = {
    0: set(),
    1: {"pydantic", "pydantic_settings"},
    2: {
        "pandas",
        "numpy",
        "scipy",
        "statsmodels",
        "jinja2",
        "altair",
        "pydantic",
        "pydantic_core",  # where pydantic keeps the errors that a validator raises
        "css_inline",
        "xlsxwriter",
        "markupsafe",
    },
}
MODULES = sorted(p for top in ("tasks", "flows") for p in (HOME / top).rglob("*.py"))


def place(path: Path) -> tuple[int, str]:
    """Floor and room of a module."""
    parts = path.relative_to(HOME).with_suffix("").parts
    if parts[0] == "flows":
        return 6, "flows"
    name = parts[1]
    if name in THINKING:
        return 2, name
    if name in REACHING:
        return 3, name
    if name in GROUND:
        return 1, "ground"
    return {"errors": (0, "errors"), "connections": (4, "connections"), "__init__": (0, "package")}.get(
        name, (5, "verbs")
    )


def imports(path: Path) -> list[str]:
    """Every module a file imports, absolute, wherever in the file the import stands."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.append(node.module or "")
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def target(name: str) -> Path | None:
    """The project file behind an imported name, if it is ours."""
    base = HOME.joinpath(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if candidate.is_file() and name.split(".", maxsplit=1)[0] in {"tasks", "flows"}:
            return candidate
    return None


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_imports_go_down_the_stairs(path: Path) -> None:
    floor, room = place(path)
    allowed_below = {
        1: {0, 1},
        2: {0, 1},
        3: {0, 1},
        4: {0, 1, 3},
        5: {0, 1, 2, 3, 4},
        6: {0, 1, 5},
        0: set(),
    }
    for name in imports(path):
        file = target(name)
        if file is None or file == HOME / "tasks" / "__init__.py":
            continue
        to_floor, to_room = place(file)
        same_room = (to_floor, to_room) == (floor, room)
        assert same_room or to_floor in allowed_below[floor], (
            f"{room} (floor {floor}) imports {name} ({to_room}, floor {to_floor})"
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_rooms_keep_to_their_libraries(path: Path) -> None:
    floor, room = place(path)
    outside = {n.split(".")[0] for n in imports(path)} - set(sys.stdlib_module_names) - {"tasks", "flows"}
    if floor <= 4:
        assert "prefect" not in outside, f"{room} knows prefect"
    if floor in FLOOR_OF_DATA_LIBRARIES:
        assert outside <= FLOOR_OF_DATA_LIBRARIES[floor], f"{room} reaches: {outside}"
    assert "typer" not in outside or floor == 6


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_one_clock_and_one_reader_of_the_environment(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
    if path.name != "calendars.py":
        clocks = {
            c
            for c in calls
            if c.endswith(("datetime.now", "date.today", "datetime.utcnow")) or c == "time.time"
        }
        assert not clocks, f"asks the time itself: {clocks}"
    if path.relative_to(HOME).as_posix() != "tasks/settings.py":
        assert not {c for c in calls if c in {"os.environ", "os.getenv"}}, "reads the environment"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(HOME)))
def test_a_module_fits_its_room(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 350
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    assert ast.get_docstring(ast.parse(text)), "a module says what it is for"


def test_half_of_the_modules_are_short() -> None:
    lengths = sorted(p.read_text(encoding="utf-8").count("\n") for p in MODULES)
    assert lengths[len(lengths) // 2] <= 150


def test_flow_files_do_not_hide_packages() -> None:
    packages = {p.name for p in HOME.iterdir() if p.is_dir()}
    assert not {p.stem for p in (HOME / "flows").glob("*.py")} & packages


def test_text_rooms_hold_text_only() -> None:
    for room in ("sql", "reports"):
        assert not list((HOME / room).rglob("*.py"))


def test_tests_are_no_package() -> None:
    assert not list((HOME / "tests").rglob("__init__.py"))
