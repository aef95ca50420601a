import asyncio
import datetime as dt

import httpx
import pytest

from tasks.records import SourceKind
from tasks.sandbox.app import create_app
from tasks.sandbox.clock import Clock

OA, WECOM = SourceKind.official_account, SourceKind.wecom
SUMMARY = "/datacube/getusersummary"
WEEK = {"begin_date": "2026-07-14", "end_date": "2026-07-20"}
STAFF = "/cgi-bin/externalcontact/get_follow_user_list"


@pytest.mark.parametrize("path", ["/nothing/here", "/cgi-bin/datacube/getusersummary", "/"])
def test_a_wrong_path_is_a_plain_404(caller, path):
    said = caller.raw("POST", path, json={})
    assert said.status_code == 404
    assert said.headers["content-type"].startswith("text/plain")


def test_business_errors_are_http_200(caller):
    said = caller.raw("POST", SUMMARY, json=WEEK)
    assert said.status_code == 200
    assert said.json()["errcode"] == 41001


@pytest.mark.parametrize(
    ("method", "content", "errcode"),
    [("GET", b"", 43002), ("POST", b"", 44002), ("POST", b"{bad", 47001), ("POST", b"[1]", 47001)],
)
def test_a_malformed_request_is_named(caller, method, content, errcode):
    said = caller.raw(method, SUMMARY, params={"access_token": caller.token(OA)}, content=content)
    assert said.json()["errcode"] == errcode


def test_a_get_path_refuses_a_post(caller):
    assert caller.post(STAFF, {}, access_token=caller.token(WECOM))["errcode"] == 43001


def test_chinese_travels_unescaped(caller):
    said = caller.raw(
        "POST",
        "/cgi-bin/externalcontact/get_corp_tag_list",
        json={},
        params={"access_token": caller.token(WECOM)},
    )
    assert "生命周期" in said.content.decode("utf-8")


def test_too_many_wecom_calls_at_one_time_are_refused(calling):
    caller = calling(wecom_parallel=3)
    token = caller.token(WECOM)

    async def together(count: int) -> list[int]:
        transport = httpx.ASGITransport(caller.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
            calls = [http.get(STAFF, params={"access_token": token}) for _ in range(count)]
            return [said.json()["errcode"] for said in await asyncio.gather(*calls)]

    assert asyncio.run(together(3)) == [0, 0, 0]
    assert 45033 in asyncio.run(together(8))
    assert asyncio.run(together(1)) == [0], "the places are free again"


def test_an_application_is_made_from_a_world_alone(world):
    app = create_app(world)
    assert app.state.sandbox.clock.today() == world.today
    assert app.state.sandbox.world is world


def test_the_clock_stands_moves_and_can_be_set(world):
    clock = Clock.on(world.today)
    assert clock.now() == clock.now() == dt.datetime(2026, 7, 21, 5, tzinfo=dt.UTC)
    clock.advance(dt.timedelta(hours=11))
    assert clock.today() == dt.date(2026, 7, 22)
    clock.set(dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    assert clock.epoch() == 1_782_864_000
    running = Clock.on(world.today, running=True)
    assert running.now() <= running.now()
    assert running.now() > dt.datetime(2026, 7, 21, 5, tzinfo=dt.UTC)


def test_another_process_reads_the_state_and_the_calls(caller):
    caller.ask(OA, SUMMARY, WEEK)
    caller.post(SUMMARY, WEEK)
    state = caller.get("/sandbox/state")
    assert state["now"] == "2026-07-21T13:00:00+08:00"
    assert state["calls"] == 3
    said = caller.get("/sandbox/calls")
    own = {"app_id": "wx5a8d9e0c0a000001", "path": SUMMARY, "count": 1}
    assert own in said["calls"]
    assert said["errors"] == [{"app_id": "", "path": SUMMARY, "errcode": 41001, "count": 1}]


def test_another_process_sets_faults_and_the_clock(caller):
    said = caller.post("/sandbox/faults", {"add": ["busy:/datacube/:times=1"]})
    assert said["faults"] == ["busy:/datacube/:times=1"]
    assert caller.ask(OA, SUMMARY, WEEK)["errcode"] == -1
    assert caller.post("/sandbox/faults", {"clear": True})["faults"] == []
    moved = caller.post("/sandbox/clock", {"set": "2026-07-25T09:00:00+08:00", "advance_seconds": 60})
    assert moved["now"] == "2026-07-25T09:01:00+08:00"
    assert caller.post("/sandbox/clear")["calls"] == 0


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/sandbox/faults", {"add": ["earthquake"]}, "no fault named 'earthquake'"),
        ("/sandbox/clock", {"set": "2026-07-25T09:00:00"}, "names no time zone"),
        ("/sandbox/clock", {"set": "tomorrow"}, "tomorrow"),
        ("/sandbox/unheard", {}, "is no control call"),
    ],
)
def test_an_impossible_control_call_says_why(caller, path, body, words):
    said = caller.raw("POST", path, json=body)
    assert said.status_code in {400, 404}
    assert words in said.json()["error"]
