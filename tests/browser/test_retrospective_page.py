"""The week's page, mail and the index of reports in a real browser: readable everywhere, by everyone, on paper."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tasks.reporting.index import TEMPLATES, Entry, index
from tests.tasks.reporting.sample_week import EMPTY, ITEMS, REPORTS, VERDICTS, WEEK, tell

pytestmark = pytest.mark.browser
DESK, TABLET, PHONE = 1100, 600, 360
LANGUAGES = pytest.mark.parametrize("language", ["zh-CN", "en"])
LONG = "WithoutABreak" * 20
HARD = replace(
    WEEK,
    verdicts=tuple(replace(v, member=LONG) for v in VERDICTS),
    items=tuple(replace(item, title=LONG, labels={**item.labels, "author": LONG}) for item in ITEMS),
)
# What scrolls inside its own frame does not stick out of the page.
STICKS_OUT = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return !e.closest('.scroll') && !e.closest('.sr') && box.width > 2 && box.height > 2
    && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def show(chromium: Browser) -> Iterator[Callable[..., Page]]:
    opened, complaints = [], []

    def display(html: str, width: int, dark: bool = False) -> Page:
        page = chromium.new_page(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
        )
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda asked: complaints.append(asked.url) if asked.url.startswith("http") else None
        )
        page.set_content(html)
        opened.append(page)
        return page

    yield display
    for page in opened:
        page.close()
    assert complaints == [], "the page complains or asks for something from elsewhere"


def grave(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@LANGUAGES
@pytest.mark.parametrize("width", [DESK, TABLET, PHONE])
@pytest.mark.parametrize("form", ["page", "mail"])
def test_nothing_sticks_out_sideways(show, language, width, form):
    page = show(getattr(tell(language), form), width)
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@LANGUAGES
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_no_chip_is_narrower_than_its_word(show, language, width):
    page = show(tell(language).page, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    cut = (
        "[...document.querySelectorAll('.chip, .call')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert page.evaluate(cut) == 0


@pytest.mark.parametrize("form", ["page", "mail"])
def test_even_the_longest_words_stay_on_the_phone(show, form):
    page = show(getattr(tell(week=HARD), form), PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE


@pytest.mark.parametrize("dark", [False, True])
@LANGUAGES
def test_axe_finds_nothing_serious_on_the_page(show, language, dark):
    page = show(tell(language).page, DESK, dark)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert grave(page) == []


@pytest.mark.parametrize("week", [WEEK, EMPTY], ids=["full", "empty"])
def test_axe_finds_nothing_serious_on_the_phone_nor_in_an_empty_week(show, week):
    assert grave(show(tell(week=week).page, PHONE)) == []


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious_in_the_mail(show, dark):
    assert grave(show(tell().mail, TABLET, dark)) == []


@LANGUAGES
def test_the_first_screen_says_what_to_stop_and_repeat_where_it_broke_and_what_it_cost(show, language):
    page = show(tell(language).page, DESK)
    for place in ("h1", ".decisions", ".tiles", ".trustline"):
        box = page.locator(place).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800, place


def test_the_mails_first_screen_on_a_phone_holds_the_verdict_and_the_stops(show):
    page = show(tell().mail, PHONE)
    box = page.locator("text=每篇少").nth(1).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800


def test_a_call_is_a_word_and_a_shape_and_not_only_a_colour(show):
    page = show(tell().page, DESK)
    assert page.locator(".decisions .call").all_inner_texts() == ["✕ 停止", "✕ 停止", "✓ 保留"]


def test_every_interval_is_told_in_words_to_those_who_cannot_see_it(show):
    page = show(tell().page, DESK)
    label = page.locator("svg.interval").first.get_attribute("aria-label")
    assert label == "3.1 %，区间 2.4 % 到 3.8 %，基线 5.2 %"


def test_intervals_share_one_scale_so_the_baseline_lies_where_the_figures_say(show):
    page = show(tell().page, DESK)
    drawn = page.locator("svg.interval").first
    dot = drawn.locator("circle").bounding_box()
    base = drawn.locator(".base").bounding_box()
    assert dot is not None
    assert base is not None
    assert dot["x"] + dot["width"] < base["x"], "killed: left of its baseline"


def test_hours_without_posts_are_no_rows_and_the_best_hour_is_the_darkest(show):
    page = show(tell().page, DESK)
    hours = page.locator(".heat tbody th").all_inner_texts()
    assert [text.replace("\xa0", " ") for text in hours] == ["10 时", "12 时", "20 时", "21 时"]
    # 11.5 % of two posts is luck: the best hour with enough of them is the darkest.
    assert page.locator(".heat .s5").inner_text().replace("\xa0", " ").split("\n")[0] == "10 %"


def test_it_prints_to_pdf_without_the_contents_and_without_loss(show):
    page = show(tell().page, DESK)
    page.emulate_media(media="print")
    assert not page.locator(".contents").is_visible()
    assert page.locator(".decisions").is_visible()
    assert len(page.pdf(format="A4")) > 30_000


@LANGUAGES
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_index_leads_to_every_report_and_axe_finds_nothing_serious(show, language, width):
    names = (
        "digest-2026-07-26.html",
        "digest-2026-07-25.html",
        "retrospective-2026-W30.html",
        "catalogue.html",
    )
    entries = [entry for entry in map(Entry.of, names) if entry]
    texts = {name: (REPORTS / name).read_text(encoding="utf-8") for name in TEMPLATES}
    page = show(index(entries, "沐光美妆", language, texts), width)
    linked = {a.get_attribute("href") for a in page.locator("a").element_handles()}
    assert linked == set(names)
    assert page.evaluate(STICKS_OUT) == []
    assert grave(page) == []
