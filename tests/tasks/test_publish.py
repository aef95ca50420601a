"""The catalogue page and the glossary of a real installation, from its own catalogue and plan."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.catalogue_commands import commands
from tasks import publish, settings
from tasks.alerts.plan import load_plan
from tasks.calendars import Window
from tasks.connections import connect
from tasks.metrics import catalogue
from tasks.opsdb import metrics
from tasks.records import MetricValue

DAY = dt.date(2026, 7, 19)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    return tmp_path


def said(*arguments: str) -> str:
    result = CliRunner().invoke(commands, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output.strip()


def test_a_new_installation_has_a_page_with_every_metric_and_gap_of_the_catalogue(home):
    address = said("catalogue")
    assert address == (home / "reports" / "catalogue.html").as_uri()
    html = (home / "reports" / "catalogue.html").read_text(encoding="utf-8")
    here = settings.load()
    for metric_id in (*here.document("metrics"), *here.document("not_computable")):
        assert html.count(f'id="{metric_id}"') == 1
    assert "还没有测量过" in html
    assert {page.name for page in (home / "reports").iterdir()} == {"catalogue.html", "index.html"}


def test_the_page_shows_the_newest_day_that_was_measured(home, monkeypatch):
    values = [
        MetricValue("orders", DAY - dt.timedelta(n), numerator=40 + n, value=40 + n, completeness=1)
        for n in (0, 3)
    ]
    with connect() as c:
        metrics.write(c.database, values, Window.ending(DAY, 4))
    monkeypatch.setenv("WECHAT_OPS_REPORT_URL", "https://reports.example.com/")
    monkeypatch.setenv("WECHAT_OPS_LANGUAGE", "en")
    assert said("catalogue") == "https://reports.example.com/catalogue.html"
    html = (home / "reports" / "catalogue.html").read_text(encoding="utf-8")
    assert "values of Sunday 19 Jul 2026" in html
    assert "30 days: lowest 40, highest 43" in html


def test_every_metric_has_an_owner_of_the_plan():
    """What is only watched belongs to whoever owns the metric most like it."""
    here = settings.load()
    known = catalogue.read(here.document("metrics"))
    owners = publish.owners_of(load_plan(here.document("plan"), "zh-CN"), known)
    assert set(owners) == set(known)
    assert (owners["private_domain_users"], owners["private_domain_users_upper"]) == (
        "operations",
        "operations",
    )
    assert owners["takedown_within_limit_share"] == owners["takedown_hours"] == "compliance"
    assert owners["recovery_within_limit_share"] == owners["recovery_hours"] == "technology"
    assert owners["spend_to_date_cny"] == "management"


def test_runs_that_write_one_page_at_once_all_succeed(tmp_path):
    page, texts = tmp_path / "reports" / "index.html", ["一" * 5_000, "二" * 5_000]

    def write(text: str) -> None:
        for _ in range(200):
            publish.put(page, text)

    with ThreadPoolExecutor(2) as runs:
        for run in [runs.submit(write, text) for text in texts]:
            run.result()
    assert page.read_text(encoding="utf-8") in texts
    assert [path.name for path in page.parent.iterdir()] == ["index.html"]


def test_a_page_that_cannot_be_written_leaves_the_former_one_and_no_draft(tmp_path):
    page = tmp_path / "index.html"
    publish.put(page, "前一版")
    with pytest.raises(UnicodeEncodeError):
        publish.put(page, "\ud800")
    assert page.read_text(encoding="utf-8") == "前一版"
    assert list(tmp_path.glob("*.tmp")) == []


def test_a_page_may_be_read_by_whom_the_umask_lets(tmp_path):
    page, other = tmp_path / "index.html", tmp_path / "other.html"
    publish.put(page, "页")
    other.write_text("页", encoding="utf-8")
    assert page.stat().st_mode == other.stat().st_mode


def test_the_glossary_is_printed_unless_it_is_to_be_written(monkeypatch, tmp_path):
    template = (publish.TEXTS / publish.GLOSSARY).read_text(encoding="utf-8")
    (tmp_path / publish.GLOSSARY).write_text(template, encoding="utf-8")
    monkeypatch.setattr(publish, "TEXTS", tmp_path)
    printed = said("glossary")
    assert "| `orders` |" in printed
    assert not (tmp_path / "glossary.md").exists()
    assert said("glossary", "--write") == str(tmp_path / "glossary.md")
    assert (tmp_path / "glossary.md").read_text(encoding="utf-8").strip() == printed
