"""The sandbox's own switches under ``/sandbox/``, for other processes: state, faults, clock, what arrived.

GET  /sandbox/state    clock, faults, counts
GET  /sandbox/calls    calls and business errors by app id and path
GET  /sandbox/outbox   messages the bots received, oldest first
GET  /sandbox/mail     messages the mail sink received, oldest first
POST /sandbox/faults   {"add": ["busy:rate=0.01"], "clear": true}; clearing comes first
POST /sandbox/clock    {"set": "2026-07-21T13:00:00+08:00", "advance_seconds": 3600, "running": true}
POST /sandbox/clear    forget calls and messages
"""

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from tasks.calendars import SHANGHAI
from tasks.errors import ConfigurationError
from tasks.sandbox.mail import mails

if TYPE_CHECKING:
    from tasks.sandbox.kernel import Sandbox


def control(sandbox: "Sandbox", method: str, path: str, raw: bytes) -> tuple[int, dict[str, Any]]:
    """HTTP status and JSON of one control call; 400 with ``error`` when it asks for something impossible."""
    reading = {"state": _state, "calls": _calls, "outbox": _outbox, "mail": _mail}
    changing = {"faults": _change_faults, "clock": _change_clock, "clear": _clear}
    name = path.removeprefix("/sandbox/")
    try:
        if method == "GET" and name in reading:
            return 200, reading[name](sandbox)
        if method == "POST" and name in changing:
            body = orjson.loads(raw) if raw else {}
            changing[name](sandbox, body if isinstance(body, dict) else {})
            return 200, _state(sandbox)
    except (ConfigurationError, ValueError, TypeError) as error:
        return 400, {"error": str(error)}
    return 404, {"error": f"{method} {path} is no control call", "known": sorted({*reading, *changing})}


def _state(sandbox: "Sandbox") -> dict[str, Any]:
    now = sandbox.clock.now()
    return {
        "now": now.astimezone(SHANGHAI).isoformat(),
        "today": sandbox.clock.today().isoformat(),
        "running": sandbox.clock.running,
        "world_today": sandbox.world.today.isoformat(),
        "accounts": sorted(sandbox.tokens.accounts),
        "faults": [str(rule) for rule in sandbox.faults],
        "calls": sandbox.calls.total(),
        "errors": sandbox.errors.total(),
        "outbox": len(sandbox.outbox),
    }


def _calls(sandbox: "Sandbox") -> dict[str, Any]:
    calls = [
        {"app_id": app_id, "path": path, "count": count}
        for (app_id, path), count in sorted(sandbox.calls.items())
    ]
    errors = [
        {"app_id": app_id, "path": path, "errcode": code, "count": count}
        for (app_id, path, code), count in sorted(sandbox.errors.items())
    ]
    return {"calls": calls, "errors": errors}


def _outbox(sandbox: "Sandbox") -> dict[str, Any]:
    return {"messages": [{**asdict(m), "received_at": m.received_at.isoformat()} for m in sandbox.outbox]}


def _mail(sandbox: "Sandbox") -> dict[str, Any]:
    kept = mails(sandbox.mail_folder) if sandbox.mail_folder else []
    return {
        "messages": [
            {
                "file": mail.file.name,
                "sender": mail.sender,
                "recipients": mail.recipients,
                "subject": mail.subject,
                "attachments": mail.attachments(),
            }
            for mail in kept
        ]
    }


def _change_faults(sandbox: "Sandbox", body: dict[str, Any]) -> None:
    if body.get("clear"):
        sandbox.faults.clear()
    for text in body.get("add", []):
        sandbox.faults.add(str(text))


def _change_clock(sandbox: "Sandbox", body: dict[str, Any]) -> None:
    if "set" in body:
        moment = dt.datetime.fromisoformat(str(body["set"]))
        if moment.tzinfo is None:
            raise ConfigurationError(f"the moment {body['set']} names no time zone; add one, e.g. +08:00")
        sandbox.clock.set(moment)
    if "advance_seconds" in body:
        sandbox.clock.advance(dt.timedelta(seconds=float(body["advance_seconds"])))
    if "running" in body:
        sandbox.clock.set(sandbox.clock.now())
        sandbox.clock.running = bool(body["running"])


def _clear(sandbox: "Sandbox", _body: dict[str, Any]) -> None:
    sandbox.calls.clear()
    sandbox.errors.clear()
    sandbox.outbox.clear()
