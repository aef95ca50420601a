"""One account under examination: what its endpoints answered, and the voice of findings about it; pure."""

from dataclasses import dataclass

from tasks.errors import OpsError
from tasks.messages import Finding, Status
from tasks.metrics.impact import Impact
from tasks.records import Account, Endpoint

TITLES = {
    "secret": ("密钥", "Secret"),
    "token": ("令牌", "Token"),
    "ip": ("IP 白名单", "IP allow-list"),
    "endpoints": ("接口", "Endpoints"),
    "quota": ("额度", "Quota"),
    "clock": ("时钟", "Clock"),
    "skip": ("不取的接口", "Left out"),
}
"""Checks of an account by name: what a reader calls them in Chinese and in English."""


@dataclass(frozen=True)
class Answer:
    """What one endpoint answered when it was asked once.

    Attributes:
        endpoint: registry entry.
        error: None when it answered as it should.
        reached: False when there was nobody and nothing to ask about.
        limit: calls a day; None where the platform names no limit.
        remain: calls left today.
        needed: calls that a day's sync makes, at least.
        path: where the error came from, when that is not the endpoint's own path.
        untried: paths beside its own that there was nothing to ask about.
    """

    endpoint: Endpoint
    error: OpsError | None = None
    reached: bool = True
    limit: int | None = None
    remain: int = 0
    needed: int = 1
    path: str = ""
    untried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voice:
    """Speaks about one account.

    Attributes:
        account: whose findings.
        impact: which numbers an endpoint feeds.
        language: ``zh-CN`` or ``en``.
    """

    account: Account
    impact: Impact
    language: str

    def say(self, chinese: str, english: str) -> str:
        """The sentence in the reader's language."""
        return english if self.language == "en" else chinese

    def title(self, endpoint: Endpoint) -> str:
        """What a reader calls an endpoint."""
        return self.say(endpoint.title, endpoint.name)

    def fine(self, check: str, found: str, title: str = "") -> Finding:
        """A check that found nothing to do."""
        return self.finding(check, "ok", found, title=title)

    def finding(
        self,
        check: str,
        status: Status,
        found: str,
        consequence: str = "",
        remedy: str = "",
        code: str = "",
        *,
        title: str = "",
    ) -> Finding:
        """One finding about the account; a check of :data:`TITLES` needs no title."""
        named = title or self.say(*TITLES[check])
        return Finding(check, named, status, found, self.account.account_id, consequence, remedy, code)
