"""The catalogue page as a file in a browser: found, opened, and readable on a phone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tasks.reporting.catalogue_page import catalogue_page
from tests.browser.test_digest_page import CONTRAST, DESK, OVERFLOWS, PHONE
from tests.tasks.reporting.test_catalogue_page import GAP, KNOWN, TEXTS

pytestmark = pytest.mark.browser
LONG = {
    key: m.model_copy(
        update={
            "name_zh": m.name_zh * 12,
            "name_en": "W" * 60,
            "formula": "many_words_without_a_space_" * 12,
            "meaning_zh": "很长的含义" * 60,
        }
    )
    for key, m in KNOWN.metrics.items()
}


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    opened, complaints = [], []

    def display(
        language: str = "zh-CN", size: tuple[int, int] = DESK, scripts: bool = True, **changed
    ) -> Page:
        file = tmp_path / "catalogue.html"
        file.write_text(catalogue_page(replace(KNOWN, **changed), language, TEXTS), encoding="utf-8")
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts)
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda asked: complaints.append(asked.url) if asked.url.startswith("http") else None
        )
        page.goto(file.as_uri())
        opened.append(page)
        return page

    yield display
    for page in opened:
        page.close()
    assert complaints == [], "the page complains or asks for something from elsewhere"


def seen(page: Page) -> list[str]:
    return [e.get_attribute("id") for e in page.locator(".metric:visible").element_handles()]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, (1100, 800)])
def test_nothing_sticks_out_sideways_even_with_long_words(show, language, size):
    page = show(language, size, metrics=LONG)
    for entry in page.locator(".metric summary").all():
        entry.click()
    assert page.evaluate(OVERFLOWS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_searching_finds_by_name_id_owner_interface_and_plan_row(show):
    page = show()
    box = page.get_by_role("searchbox")
    for asked in ("打开率", "OPEN_RATE", "内容负责人", "oa.reads K-07", "图文阅读 k-31"):
        box.fill(asked)
        assert seen(page)[:1] == ["open_rate"], asked
    box.fill("花费")
    assert seen(page) == ["spend_cny", GAP.entry_id]
    assert page.inner_text("output") == "显示 1 个"
    assert page.locator("section.group:visible").count() == 2, "sections without a hit go"
    box.fill("没有这样的指标")
    assert seen(page) == []
    box.fill("")
    assert len(seen(page)) == 4


def test_a_level_is_chosen_and_left_again(show):
    page = show()
    page.click("button:has-text('橙 1')")
    assert seen(page) == ["open_rate"]
    page.click("button:has-text('全部')")
    assert len(seen(page)) == 4


def test_an_entry_opens_on_demand_and_by_its_address(show):
    page = show()
    assert not page.get_by_text("打开的人占多少。").is_visible()
    page.click("#open_rate summary")
    assert page.get_by_text("打开的人占多少。").is_visible()
    page.goto(f"{page.url}#latency")
    page.reload()
    assert page.get_by_text("越低越好").is_visible()


def test_without_scripts_everything_is_there_and_opens(show):
    page = show(scripts=False)
    assert len(seen(page)) == 4
    assert page.get_by_role("searchbox").count() == 0, "no box that does nothing"
    page.click("#open_rate summary")
    assert page.get_by_text("打开的人占多少。").is_visible()


def test_text_stands_out_from_its_ground(show):
    page = show()
    page.click("#open_rate summary")
    assert page.evaluate(CONTRAST) == []
