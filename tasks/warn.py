"""Warn people of what got worse, lasts, is over or was left undone: one message per owner and run (floor 5).

stored cases + the day's judgements → who must be told what, written down → claimed, sent, and noted in the ledger
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import TypeAdapter

from tasks import calendars
from tasks.alerts.life import INCIDENT, live
from tasks.alerts.memory import SEVERITY
from tasks.alerts.plan import Plan
from tasks.calendars import SHANGHAI, Window
from tasks.connections import Connections
from tasks.errors import ConfigurationError
from tasks.measure import catalogue_of, plan_of, trust_of
from tasks.messages import Message
from tasks.notifiers.routes import AlertRoutes, alert_routes
from tasks.offer import filled, forms
from tasks.opsdb import actions, alerts, cases, causes, ledger, notices
from tasks.records import AlertMessage, AlertRow, Case, Delivery, Notice, Telling
from tasks.reporting.alert_message import ESCALATED, Surroundings, alert_message, to_fallback
from tasks.send import deliver, report_losses
from tasks.suggest import playbooks_for
from tasks.unlock import unlocked
from tasks.write import page_address

FORMS = {
    "acknowledge": ("acknowledge-alert", "acknowledgement"),
    "snooze": ("snooze-alert", "snooze"),
    "act": ("record-action", "action"),
}
"""What a reader can do: the deployment, and its parameter that is filled in."""
AGAIN = dt.timedelta(days=3)
"""How long a message that reached nobody is tried again."""
LOST = {"failed", "in_doubt"}
BODY = TypeAdapter(Message)


@task(cache_policy=NO_CACHE)
def send_alerts(day: dt.date, warnings: Sequence[str] = ()) -> list[Delivery]:
    """Tell every owner what is new among a day's alerts and notices; told again, nothing is said twice.

    Alerts of a day before the newest judged one are history, and told to nobody.
    """
    with unlocked() as c:
        newest = cases.newest_day(c.database)
        if newest is not None and newest > day:
            return []
        live_on(c, day, list(warnings), [*alerts.of(c.database, day), *notices.of(c.database, day)])
        ways = alert_routes(c.settings.document("routes"))
        return [*hand_out(c, day, untold(c, day), ways), *strangers(ways, plan_of(c))]


def hand_out(
    c: Connections, day: dt.date, messages: Iterable[AlertMessage], ways: AlertRoutes
) -> list[Delivery]:
    """Messages to everybody on their routes; what reached nobody goes to the fallback, and losses are told."""
    done: list[Delivery] = []
    lost: list[Delivery] = []
    for message in messages:
        meant = hand_over(c, message, ways)
        failed = [d for d in meant if d.status in LOST]
        done += meant
        if len(failed) < len(meant):
            lost += failed
        else:
            done += fall_back(c, message, ways, failed)
    return [*done, *(report_losses(c, "alerts", day, lost) if lost else [])]


def live_on(c: Connections, day: dt.date, warnings: list[str], news: Sequence[AlertRow | Notice]) -> None:
    """One more day in the life of these alerts, and the messages that follow from it, written down."""
    plan = plan_of(c)
    around = surroundings(c, plan, day, warnings, news)
    doors = forms(c.settings.ui_url, [name for name, _ in FORMS.values()])
    owners = {owner.name(c.settings.language): key for key, owner in plan.owners.items()}
    hours = alert_routes(c.settings.document("routes")).quiet_hours
    now, deeds, entered = calendars.now(), last_deeds(c), cases.entered(c.database)

    def think(known: Mapping[str, Case]) -> cases.Change:
        lived = live(
            news,
            known,
            owners,
            calendars.business_date(now),
            acted={
                key
                for key, case in known.items()
                if key in deeds and answers(deeds[key], case, entered.get(key, case.since))
            },
            quiet=hours is not None and hours.hold(now.astimezone(SHANGHAI).time()),
            reminder_day=plan.rules.reminder_day,
        )
        return lived.cases, lived.events, messages_of(lived.tellings, plan, around, doors)

    cases.change(c.database, think)


def surroundings(
    c: Connections, plan: Plan, day: dt.date, warnings: list[str], news: Sequence[AlertRow | Notice]
) -> Surroundings:
    """What every message of this run is told with.

    Raises:
        ConfigurationError: a judged KPI is missing from the catalogue.
    """
    known = catalogue_of(c)
    unknown = {what.metric_id for what in news if isinstance(what, AlertRow)} - set(known)
    if unknown:
        raise ConfigurationError(f"sql/catalogue/metrics.toml does not describe {', '.join(sorted(unknown))}")
    why, language = causes.of(c.database, day), c.settings.language
    return Surroundings(
        day=day,
        brand=plan.brand.name,
        language=language,
        metrics=known,
        trust=trust_of(c, Window.of_day(day), warnings),
        causes=why,
        accounts={account.account_id: account.name for account in c.settings.accounts()},
        playbooks=playbooks_for(c, news, why),
        # Of a day that is not judged yet, because it is not over, there is no digest.
        link=page_address(c, day) if alerts.of(c.database, day) else "",
        doors={},
        scale=float(plan.brand.population_scale),
    )


def last_deeds(c: Connections) -> dict[str, dt.date]:
    """The calendar date on which somebody last did something, by alert."""
    done: dict[str, dt.date] = {}
    for action in actions.read(c.database):
        if action.acted_at is not None:
            on = calendars.business_date(action.acted_at)
            done[action.about] = max(on, done.get(action.about, on))
    return done


def answers(deed: dt.date, case: Case, entered: dt.date) -> bool:
    """Whether something done on a date answers an alert: a KPI's first day is over before anybody is told.

    Args:
        deed: the calendar date.
        case: of the alert.
        entered: when it came to its level by the figures of then.
    """
    begun = min(case.since, entered)
    return deed >= begun if case.kind == INCIDENT else deed > begun


def messages_of(
    tellings: Sequence[Telling], plan: Plan, around: Surroundings, doors: Mapping[str, str]
) -> list[AlertMessage]:
    """One message per owner, and one per owner whose lead is told."""
    groups: dict[tuple[str, str], list[Telling]] = defaultdict(list)
    for telling in tellings:
        groups[telling.case.owner, "lead" if telling.why == ESCALATED else "owner"].append(telling)
    return [
        AlertMessage(
            around.day,
            owner,
            audience,
            tuple(dict.fromkeys(level for t in group for level in (t.case.level, t.before))),
            BODY.dump_json(
                alert_message(
                    group,
                    name_of(owner, plan, around.language),
                    replace(around, doors=opened(doors, group)),
                )
            ).decode(),
        )
        for (owner, audience), group in groups.items()
    ]


def opened(doors: Mapping[str, str], group: Sequence[Telling]) -> dict[str, str]:
    """Links to the forms with these alerts filled in; by key, which is short and no old form refuses."""
    behind = sorted((t.case for t in group if t.case.is_open), key=lambda case: -SEVERITY[case.level])
    keys = [case.key for case in behind]
    named = {"numbers": " ".join(keys)}
    given = {"acknowledge": named, "snooze": named, "act": {"about": keys[0] if keys else ""}}
    return {
        door: filled(doors[deployment], {parameter: given[door]})
        for door, (deployment, parameter) in FORMS.items()
        if deployment in doors
    }


def name_of(owner: str, plan: Plan, language: str) -> str:
    """An owner as a reader is told."""
    return plan.owners[owner].name(language) if owner in plan.owners else owner


def untold(c: Connections, day: dt.date) -> Iterator[AlertMessage]:
    """The day's messages, and those of the days before that have reached nobody yet."""
    for message in cases.messages(c.database, day - AGAIN, day):
        sent = [
            entry
            for entry in ledger.entries(c.database, period=str(message.business_date))
            if entry.report.removesuffix(":fallback") == report_of(message)
            and entry.status not in {"failed", "claimed"}
        ]
        if message.business_date == day or not sent:
            yield message


def report_of(message: AlertMessage) -> str:
    """What the ledger calls a message."""
    return f"alert:{message.owner}:{message.audience}:{message.number}"


def hand_over(c: Connections, stored: AlertMessage, ways: AlertRoutes) -> list[Delivery]:
    """One message to everybody on its route."""
    lead = stored.audience == "lead"
    recipients = ways.of_lead(stored.owner) if lead else ways.of_owner(stored.owner, stored.levels)
    message = BODY.validate_json(stored.body)
    return deliver(c, report_of(stored), str(stored.business_date), hash_of(stored), message, recipients)


def fall_back(
    c: Connections, stored: AlertMessage, ways: AlertRoutes, failed: Sequence[Delivery]
) -> list[Delivery]:
    """The same message to the fallback, because it reached nobody; it says so."""
    language = c.settings.language
    name = name_of(stored.owner, plan_of(c), language)
    told = [f"{d.channel} → {d.recipient}: {d.detail}" for d in failed]
    route = "alerts.escalation" if stored.audience == "lead" else f"alerts.owner.{stored.owner}"
    message = to_fallback(BODY.validate_json(stored.body), name, route, told, language)
    recipients = list(ways.fallback.recipients())
    if not recipients and not failed:
        nobody = "nobody is told: write [alerts.fallback] in deployments/routes.toml"
        return [Delivery("alerts", stored.owner, "failed", nobody)]
    report = f"{report_of(stored)}:fallback"
    return deliver(c, report, str(stored.business_date), hash_of(stored), message, recipients)


def strangers(ways: AlertRoutes, plan: Plan) -> list[Delivery]:
    """Routes of owners that the plan does not have: what is meant for them goes elsewhere."""
    leads = {route.lead for route in ways.owner.values()}
    known = ", ".join(plan.owners)
    return [
        Delivery(
            "alerts", name, "failed", f"routes.toml [alerts.owner.{name}]: no such owner; known: {known}"
        )
        for name in ways.owner
        if name not in plan.owners and name not in leads
    ]


def hash_of(stored: AlertMessage) -> str:
    """SHA-256 of what is said."""
    return hashlib.sha256(stored.body.encode()).hexdigest()
