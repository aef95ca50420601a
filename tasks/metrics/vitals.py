"""Quotas, clock and left-out endpoints of one account, as findings; pure."""

from collections.abc import Iterable, Mapping

from tasks.messages import Finding
from tasks.metrics.ward import Answer, Voice
from tasks.records import Endpoint

WARN_SKEW_SECONDS, FAIL_SKEW_SECONDS = 60.0, 300.0


class Vitals(Voice):
    """Turns what was measured beside the answers into findings."""

    def quotas(self, answers: Iterable[Answer], reserve: float) -> list[Finding]:
        """Endpoints whose calls of today are too few, or one finding that all are enough; none without limits."""
        limited = [(answer, answer.limit) for answer in answers if answer.limit is not None]
        low = []
        for answer, limit in limited:
            kept = round(limit * reserve)
            if answer.remain > kept and answer.remain >= answer.needed:
                continue
            counts = {"remain": answer.remain, "limit": limit, "needed": answer.needed, "kept": kept}
            low.append(
                self.finding(
                    f"quota.{answer.endpoint.name}",
                    "warn",
                    self.say(
                        "今日剩 {remain} / {limit} 次（每日至少需 {needed} 次，预留 {kept} 次）",
                        "{remain} of {limit} calls left today (a day takes at least {needed}, {kept} are kept)",
                    ).format(**counts),
                    self.say(
                        "今日未取的数据格要等到次日零点后", "cells not read by now wait for tomorrow midnight"
                    ),
                    self.say(
                        "查清是谁在用这个账号的额度；经常不够时请在平台申请提高",
                        "find out who else spends this account's calls; ask the platform for more if it recurs",
                    ),
                    title=self.say(f"额度 {answer.endpoint.title}", f"Quota of {answer.endpoint.name}"),
                )
            )
        if low or not limited:
            return low
        tightest, limit = min(limited, key=lambda pair: pair[0].remain / pair[1])
        left = f"{self.title(tightest.endpoint)} {tightest.remain} / {limit}"
        return [self.fine("quota", self.say(f"充足；最紧的是 {left}", f"enough; the tightest is {left}"))]

    def clock(self, skew_seconds: float | None) -> Finding:
        """How far the platform's clock and ours are apart."""
        if skew_seconds is None:
            return self.fine("clock", self.say("平台没有报时", "the platform did not tell the time"))
        apart = abs(skew_seconds)
        slow = skew_seconds > 0
        told = self.say(
            f"本机比平台{'慢' if slow else '快'} {apart:.0f} 秒",
            f"this machine is {apart:.0f} s {'behind' if slow else 'ahead of'} the platform",
        )
        if apart <= WARN_SKEW_SECONDS:
            return self.fine("clock", self.say(f"相差 {apart:.0f} 秒", f"{apart:.0f} s apart"))
        return self.finding(
            "clock",
            "fail" if apart > FAIL_SKEW_SECONDS else "warn",
            told,
            self.say(
                "令牌过期、消息签名和业务日期都会算错",
                "token expiry, message signatures and business dates come out wrong",
            ),
            self.say(
                "用 NTP 校准本机时钟（如 chronyc makestep）", "set the clock by NTP, e.g. chronyc makestep"
            ),
        )

    def skipped(self, registry: Mapping[str, Endpoint]) -> list[Finding]:
        """What accounts.toml says not to ask: told, so that nobody wonders why numbers are missing."""
        if not self.account.skip:
            return []
        known = [registry[name] for name in self.account.skip if name in registry]
        strange = [name for name in self.account.skip if name not in registry]
        if strange:
            names = ", ".join(strange)
            return [
                self.finding(
                    "skip",
                    "warn",
                    self.say(f"skip 中的 {names} 不是接口名", f"skip names no endpoint: {names}"),
                    "",
                    self.say(
                        "在 deployments/accounts.toml 中改正，名称见 sql/catalogue/endpoints.toml",
                        "correct it in deployments/accounts.toml; the names are in sql/catalogue/endpoints.toml",
                    ),
                )
            ]
        names = self.say("、", ", ").join(map(self.title, known))
        return [self.fine("skip", self.say(f"按 skip 不取：{names}", f"by skip: {names}"))]
