"""What the faults in force do to one call."""

import datetime as dt
from dataclasses import dataclass, field
from typing import cast

from tasks.sandbox.faults import Fault
from tasks.sandbox.paging import Short
from tasks.sandbox.routing import Answer, Late

TRANSPORT = ("slow", "timeout", "html", "busy")
ON_BOTS = (*TRANSPORT, "freq")
ON_TOKEN_CALLS = (*TRANSPORT, "ip", "quota", "freq")
ON_FIGURES = ("late", "zeros", "short_page", "shuffled", "duplicated")
ON_DATA_CALLS = (*TRANSPORT, "expired_token", "unauthorised", "retired", "quota", "freq", *ON_FIGURES)
HTML_PAGE = (
    "<!DOCTYPE html><html><head><title>系统维护</title></head><body>系统繁忙，请稍后再试</body></html>"
)


@dataclass
class Struck:
    """What the faults of one call add up to."""

    delay: float = 0
    withheld: str = ""
    page: Answer | None = None
    late: Late | None = None
    late_days: set[dt.date] = field(default_factory=set)
    zeros: bool = False
    zero_days: set[dt.date] = field(default_factory=set)
    short: Short = False
    shuffled: bool = False
    duplicated: bool = False

    def add(self, rule: Fault, days: tuple[dt.date, dt.date]) -> None:
        """Take in one more rule.

        Args:
            rule: one that does not refuse the call.
            days: first and last business date the call asks about.
        """
        if rule.kind == "slow":
            self.delay += rule.seconds
        elif rule.kind == "timeout":
            self.withheld = rule.mode
        elif rule.kind == "html":
            self.page = Answer(HTML_PAGE, int(rule.mode), "text/html; charset=utf-8")
        elif rule.kind == "late":
            self.late = cast("Late", rule.mode)
            self.late_days |= rule.dates
        elif rule.kind == "short_page":
            self.short = "empty" if rule.mode == "empty" else True
        elif rule.kind in {"shuffled", "duplicated"}:
            setattr(self, rule.kind, True)
        elif not rule.dates or (len(rule.dates) > (days[1] - days[0]).days and {*days} <= rule.dates):
            self.zeros = True
        else:
            self.zero_days |= rule.dates


REFUSING = frozenset({"busy", "ip", "expired_token", "unauthorised", "retired", "quota", "freq"})
"""Kinds that answer with an error code."""


def refusal(kind: str, ip: str, *, at_wecom: bool) -> tuple[int, str]:
    """Code and words of a fault that refuses a call."""
    if at_wecom:
        wecom_words = {
            "ip": (60020, "not allow to access from your ip"),
            "unauthorised": (48002, "api forbidden"),
            "retired": (48005, "api forbidden for irregularities"),
            "quota": (45009, "api freq out of limit"),
        }
        if kind in wecom_words:
            return wecom_words[kind]
    return {
        "busy": (-1, "system error"),
        "ip": (40164, f"invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist"),
        "expired_token": (42001, "access_token expired"),
        "unauthorised": (48001, "api unauthorized"),
        "retired": (47009, "this api is offline, please use the new api"),
        "quota": (45009, "reach max api daily quota limit"),
        "freq": (45009, "api freq out of limit"),
    }[kind]
