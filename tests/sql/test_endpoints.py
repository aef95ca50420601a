"""The endpoint registry tells all: of every interface what may be asked, and of the others why nobody asks."""

import datetime as dt
import re
from typing import Any

import pytest

from tasks import settings
from tasks.records import CellShape
from tasks.settings import HOME

DOCUMENT = dict(settings.load().document("endpoints"))
NOT_PULLED: list[dict[str, str]] = DOCUMENT.pop("not_pulled")
REGISTRY = settings.load().registry()
SAMPLES = HOME.parent / "shared" / "fixtures"
FOLDERS = {
    "channels.compass.": "/channels/ec/compass/",
    "shop.": "/channels/ec/",
    "oa.": "/cgi-bin/",
    "wecom.": "/cgi-bin/",
    "": "/",
}


@pytest.mark.parametrize("name", DOCUMENT)
def test_an_endpoint_tells_span_ready_time_quota_and_beginning_or_says_that_they_are_unknown(
    name: str,
) -> None:
    told: dict[str, Any] = DOCUMENT[name]
    snapshot = REGISTRY[name].shape is CellShape.snapshot

    assert ("span_days" in told) is not snapshot, "a state has no span, figures of days do"
    assert isinstance(told["ready"], dt.time)
    quota = told["daily_quota"]
    assert quota in {"unknown", "none"} or (isinstance(quota, int) and quota > 0)
    assert ("history_start" in told) != ("history_days" in told)
    start = told.get("history_start")
    assert start is None or isinstance(start, dt.date) or start == ("now" if snapshot else "unknown")
    assert told.get("status", "live") in {"live", "retired"}
    assert told["page"].startswith("https://")


@pytest.mark.parametrize("name", DOCUMENT)
def test_only_platforms_that_limit_the_pace_alone_have_no_daily_quota(name: str) -> None:
    paced = REGISTRY[name].kind.value in {"wecom", "feishu"}

    assert (REGISTRY[name].daily_quota == "none") is paced


def test_quotas_and_beginnings_that_are_published_are_as_published() -> None:
    quotas = {e.path: e.daily_quota for e in REGISTRY.values() if isinstance(e.daily_quota, int)}
    assert quotas == {"/cgi-bin/freepublish/batchget": 100, "/cgi-bin/user/get": 500}

    kept = {name: endpoint.history_days for name, endpoint in REGISTRY.items() if endpoint.history_days}
    assert kept == {
        "wecom.behaviour": 180,
        "wecom.group_day": 180,
        "wecom.group_week": 180 - 6,
        "wecom.kf_corp": 180,
        "wecom.kf_servicer": 180,
    }

    begun = {
        name: endpoint.began
        for name, endpoint in REGISTRY.items()
        if endpoint.path.startswith("/datacube/") and endpoint.kind.value == "official_account"
    }
    newer = {"oa.biz_summary", "oa.article_read", "oa.article_share", "oa.article_total"}
    assert begun == {name: dt.date(2025, 11, 1) if name in newer else dt.date(2014, 12, 1) for name in begun}


def test_an_interface_that_is_not_pulled_says_why_and_is_in_no_entry() -> None:
    paths = [one["path"] for one in NOT_PULLED]
    pulled = {path for endpoint in REGISTRY.values() for path in (endpoint.path, *endpoint.also_paths)}

    assert len(paths) == len(set(paths))
    assert set(paths) & pulled == set()
    assert [one for one in NOT_PULLED if set(one) != {"path", "why"} or len(one["why"]) < 15] == []
    assert all(re.fullmatch(r"/[\w/-]+", path) for path in paths)


def path_of(sample: str) -> str:
    """The path that a sample's name stands for: ``oa.user.get`` is ``/cgi-bin/user/get``."""
    room = next(room for room in FOLDERS if sample.startswith(room))
    return FOLDERS[room] + sample.removeprefix(room).replace(".", "/")


def test_every_official_sample_of_a_live_interface_is_parsed_by_a_test_or_told_to_be_not_pulled() -> None:
    if not SAMPLES.exists():
        pytest.skip("the official samples are not here")
    names = [file.name.removesuffix(".json") for file in SAMPLES.glob("*.json")]
    bodies = [name for name in names if not name.endswith(".request") and not name.startswith("error.")]
    left_alone = {one["path"] for one in NOT_PULLED}
    retired = {endpoint.path for endpoint in REGISTRY.values() if endpoint.status == "retired"}
    tests = "".join(file.read_text(encoding="utf-8") for file in (HOME / "tests/tasks").rglob("test_*.py"))

    untold = [
        name
        for name in sorted(bodies)
        if f'"{name}"' not in tests and path_of(name) not in left_alone | retired
    ]

    assert len(bodies) > 80
    assert untold == []
