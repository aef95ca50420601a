"""Examine one account: does its platform let us in, and which endpoints does it let us ask (floor 5)."""

import asyncio
import datetime as dt

from tasks.calendars import business_date
from tasks.connections import Connections
from tasks.errors import OpsError, Timeout
from tasks.messages import Finding
from tasks.metrics.diagnosis import Diagnosis
from tasks.metrics.impact import Impact
from tasks.metrics.vitals import Vitals
from tasks.metrics.ward import Answer
from tasks.records import Account, Endpoint
from tasks.sources.probes import Prober

ENTER_SECONDS, PROBE_SECONDS = 15.0, 20.0
"""How long a token, and one endpoint's quota and answer, are waited for."""


async def examine(c: Connections, account: Account, impact: Impact, now: dt.datetime) -> list[Finding]:
    """Token, address, clock, every endpoint and the quotas of one account.

    Each path of an endpoint is called once, and its quota asked for once; a day on which there was nothing to ask about
    gives way to the ones before it.
    """
    s = c.settings
    told, vitals = Diagnosis(account, impact, s.language), Vitals(account, impact, s.language)
    mine = [e for e in s.endpoints().values() if e.kind is account.kind and e.name not in account.skip]
    skipped = vitals.skipped(s.registry())
    try:
        async with c.prober(account) as prober:
            try:
                await asyncio.wait_for(prober.enter(), ENTER_SECONDS)
            except (OpsError, TimeoutError) as error:
                clock = [] if prober.skew_seconds is None else [vitals.clock(prober.skew_seconds)]
                return [told.shut_out(named(error), mine), *clock, *skipped]
            answers = await asyncio.gather(*(asked(prober, endpoint, now) for endpoint in mine))
            clock = [vitals.clock(prober.skew_seconds)]
    except OpsError as error:  # no secret, or base_url is no address
        return [told.shut_out(error, mine), *skipped]
    return [*told.endpoints(answers), *vitals.quotas(answers, s.quota_reserve), *clock, *skipped]


async def asked(prober: Prober, endpoint: Endpoint, now: dt.datetime) -> Answer:
    """What one endpoint answered, as far as it did in time."""
    try:
        probe = await asyncio.wait_for(prober.probe(endpoint, business_date(now)), PROBE_SECONDS)
    except TimeoutError as error:
        return Answer(endpoint, named(error))
    limit, remain = probe.quota or (None, 0)
    found = probe.error, probe.reached, limit, remain, probe.calls_a_day, probe.path, probe.untried
    return Answer(endpoint, *found)


def named(error: OpsError | TimeoutError) -> OpsError:
    """Our own patience that ran out, as an error of the tree."""
    return error if isinstance(error, OpsError) else Timeout("no answer in time")
