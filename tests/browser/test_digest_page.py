from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from tasks.records import Level

pytestmark = pytest.mark.browser
PHONE, DESK = (390, 844), (1200, 800)
OVERFLOWS = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width > 2 && box.height > 2 && getComputedStyle(e).position !== 'absolute'
    && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map(e => e.outerHTML.slice(0, 120))"""
CONTRAST = """() => [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(
  n => n.nodeType === 3 && n.textContent.trim())).map(e => {
  const part = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = s => { const [r, g, b] = s.match(/[\\d.]+/g).map(Number).map(part);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const back = x => getComputedStyle(x).backgroundColor;
  let ground = e;
  while (ground && /rgba\\(.*, 0\\)/.test(back(ground))) ground = ground.parentElement;
  const a = light(getComputedStyle(e).color), b = light(ground ? back(ground) : 'rgb(255, 255, 255)');
  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 100)];
}).filter(([ratio, _]) => ratio < 4.5)"""


BROKEN = """() => [...document.querySelectorAll('table.parts td, table.parts thead th, table.parts th[scope=col]')]
  .filter(e => e.innerText.trim()).filter(e => {
    const text = document.createRange();
    text.selectNodeContents(e);
    return new Set([...text.getClientRects()].map(box => Math.round(box.top))).size > 1;
  }).map(e => e.innerText)"""


@pytest.fixture
def show(chromium: Browser) -> Iterator[Callable[[str, tuple[int, int]], Page]]:
    open_pages, complaints = [], []

    def display(html: str, size: tuple[int, int]) -> Page:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda asked: complaints.append(asked.url) if asked.url.startswith("http") else None
        )
        page.set_content(html)
        open_pages.append(page)
        return page

    yield display
    for page in open_pages:
        page.close()
    assert complaints == [], "the page complains or asks for something from elsewhere"


def words(page: Page) -> str:
    return page.inner_text("body").replace("\xa0", " ")


def everything_at_once(sample_day):
    """Reads badly on purpose: every KPI red, long names, long reasons, no spaces to break at."""
    metrics = {
        key: m.model_copy(
            update={"name_zh": m.name_zh * 6, "numerator_zh": "persons_with_an_order_paid_on_the_day_" * 4}
        )
        for key, m in sample_day.metrics.items()
    }
    alerts = [
        replace(
            a,
            level=Level.red,
            reason="很长的原因" * 30,
            action="WeComGroupRobot" * 12,
            owner="负责人" * 20,
            actual=a.actual if (a.actual or 0) < 1 else 8_123_456.7,
        )
        for a in sample_day.alerts
    ]
    return sample_day.tell(metrics=metrics, alerts=alerts)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("form", ["page", "mail"])
def test_nothing_sticks_out_sideways(show, sample_day, language, size, form):
    page = show(getattr(sample_day.tell(language=language), form), size)
    assert page.evaluate(OVERFLOWS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [390, 700, 1100])
@pytest.mark.parametrize("form", ["page", "mail"])
def test_figures_and_dates_beside_the_parts_never_break_over_lines(show, sample_day, language, width, form):
    metrics = {
        key: m.model_copy(update={"numerator_zh": "十二个字的分子名称就是它", "numerator_en": "w" * 32})
        for key, m in sample_day.metrics.items()
    }
    page = show(getattr(sample_day.tell(language=language, metrics=metrics), form), (width, 800))
    assert page.locator("table.parts td").count() > 10
    assert page.evaluate(BROKEN) == []


def test_even_the_longest_words_stay_on_the_phone(show, sample_day):
    page = show(everything_at_once(sample_day).page, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("form", ["page", "mail"])
def test_the_first_screen_holds_the_verdict_the_levels_and_the_first_red(show, sample_day, size, form):
    page = show(getattr(sample_day.tell(), form), size)
    assert "最要紧：浏览→下单转化 落后计划 38 %" in page.inner_text("h1").replace("\xa0", " ")
    for place in (
        "h1",
        ".chip.red >> nth=0" if form == "page" else "text=红 >> nth=1",
        "text=落后计划 >> nth=1",
    ):
        box = page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size[1]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_first_screen_says_why_the_first_red_number_moved(show, sample_day, size):
    page = show(sample_day.tell().page, size)
    box = page.locator(".card.red .why").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= size[1]


def test_a_cause_is_one_line_of_a_card_and_stands_instead_of_the_part_that_moved(show, sample_day):
    page = show(sample_day.tell().page, DESK)
    line = page.locator(".card.yellow .culprit").bounding_box()
    causes = page.locator(".card .why")
    assert causes.count() == 3
    assert page.locator(".card:has(.why) .culprit").count() == 0
    for n in range(2):
        assert causes.nth(n).bounding_box()["height"] < 2 * line["height"] + 12


def test_every_level_is_a_word_and_not_only_a_colour(show, sample_day):
    page = show(sample_day.tell().page, DESK)
    assert page.locator(".legend .chip").all_inner_texts() == ["红", "橙", "黄", "绿", "灰"]
    chips = page.locator("table.kpis .chip")
    assert chips.all_inner_texts() == ["红", "橙", "橙", "黄", "绿", "绿", "绿", "绿", "灰"]


@pytest.mark.parametrize("form", ["page", "mail"])
def test_text_stands_out_from_its_ground(show, sample_day, form):
    page = show(getattr(sample_day.tell(), form), DESK)
    assert page.evaluate(CONTRAST) == []


def test_the_page_says_its_language_and_its_tables_have_headers(show, sample_day):
    page = show(sample_day.tell().page, DESK)
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.locator("table.kpis thead th").count() == 7
    assert page.locator("table.kpis tbody th[scope=row]").count() == 9
    assert page.locator("h1").count() == 1


def test_definitions_open_on_demand(show, sample_day):
    page = show(sample_day.tell().page, DESK)
    assert "滚动 90 天" not in words(page)
    page.click("summary")
    assert "滚动 90 天" in words(page)


def test_printed_on_paper_the_levels_keep_their_words(show, sample_day):
    page = show(sample_day.tell().page, DESK)
    page.emulate_media(media="print")
    assert "红" in page.inner_text("table.kpis")
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK[0]
    assert len(page.pdf(format="A4")) > 10_000


def test_a_grey_row_says_why_beneath_it(show, sample_day):
    page = show(sample_day.tell().page, PHONE)
    assert (
        page.locator("table.kpis tr.why")
        .inner_text()
        .strip()
        .replace("\xa0", " ")
        .startswith("输入数据只到齐 62.0 %")
    )
