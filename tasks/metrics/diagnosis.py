"""What an account's platform answered, as findings: what is missing, what turns grey, the one thing to do; pure.

token, address, clock, endpoints, quotas → Finding per check. One reason that holds for all endpoints of an account is
told once.
"""

import re
from collections.abc import Iterable, Sequence

from tasks.errors import (
    ApiRetired,
    BadCredential,
    BadRequest,
    Busy,
    ConfigurationError,
    NotAuthorised,
    OpsError,
    RateLimited,
    Timeout,
    TransientError,
    UnexpectedShape,
)
from tasks.messages import Finding, Status
from tasks.metrics.remedies import SECRET, remedy
from tasks.metrics.ward import Answer, Voice
from tasks.records import USED_UP, Endpoint, SourceKind

ADDRESS_CODES = frozenset(["40164", "60020", "99991401", *map(str, range(89501, 89508))])
"""The platform knows us, but not the address we call from."""
TOKEN_CODES = frozenset(["40001", "40014", "42001"])
"""On a token call these mean the secret, though elsewhere the token."""
FOUND: tuple[tuple[type[OpsError], str, str], ...] = (
    (ApiRetired, "平台已下线该接口", "withdrawn by the platform"),
    (NotAuthorised, "没有权限", "no permission"),
    (BadCredential, "凭证被拒", "credential refused"),
    (RateLimited, "被限额或限频", "held back by a limit"),
    (Timeout, "没有应答", "no answer in time"),
    (Busy, "平台繁忙或连不上", "busy or out of reach"),
    (UnexpectedShape, "返回格式与文档不符", "the answer is not as documented"),
    (BadRequest, "请求被拒", "the request was refused"),
    (ConfigurationError, "配置缺失或有误", "the configuration lacks something"),
    (OpsError, "出错", "failed"),
)
_ADVICE = re.compile(r"the platform answered \S+?(?: \(.*?\))?\. (?P<advice>.+)", re.DOTALL)
_CONNECTION = re.compile(r"the connection failed \((\w+)")


class Diagnosis(Voice):
    """Turns one account's answers into findings."""

    def shut_out(self, error: OpsError, endpoints: Iterable[Endpoint]) -> Finding:
        """No token came, so no endpoint was asked."""
        lost = self.impact.told([e.name for e in endpoints], self.language)
        name = self.account.secret
        if isinstance(error, ConfigurationError):
            kebab = name.lower().replace("_", "-")
            return self.finding(
                "secret",
                "fail",
                self.say(f"密钥 {name} 未设置", f"the secret {name} is not set"),
                lost,
                self.say(
                    f"把它放入环境变量 {name}，或存为 Prefect Secret Block {kebab}",
                    f"put it into the environment as {name}, or into a Prefect Secret block named {kebab}",
                ),
                type(error).__name__,
            )
        check = "ip" if error.code in ADDRESS_CODES else "token"
        status: Status = "warn" if isinstance(error, RateLimited) else "fail"
        return self.finding(
            check,
            status,
            self.found(error),
            lost,
            self._to_do(error, token_call=True),
            error.code or type(error).__name__,
        )

    def endpoints(self, answers: Sequence[Answer]) -> list[Finding]:
        """Token, address and one finding per endpoint; a reason that all of them share is told once."""
        found = [self.fine("token", self.say("已取得", "obtained"))]
        errors = [answer.error for answer in answers]
        first = errors[0] if errors else None
        shared = first if first and len(errors) > 1 and all(_same(first, e) for e in errors) else None
        if shared is None or shared.code not in ADDRESS_CODES:
            found += [self.fine("ip", self.say("未被拦截", "let through"))]
        if shared is None:
            return found + [self.endpoint(answer) for answer in answers]
        names = [answer.endpoint.name for answer in answers]
        check = "ip" if shared.code in ADDRESS_CODES else "endpoints"
        everything = self.say(f"全部 {len(names)} 个接口：", f"all {len(names)} endpoints: ")
        return [
            *found,
            self.finding(
                check,
                "warn" if isinstance(shared, TransientError) else "fail",
                everything + self.found(shared),
                self.impact.told(names, self.language),
                self._to_do(shared),
                shared.code or type(shared).__name__,
            ),
        ]

    def endpoint(self, answer: Answer) -> Finding:
        """One endpoint: it may be asked, or why not."""
        endpoint, error = answer.endpoint, answer.error
        check, title = f"endpoint.{endpoint.name}", self.title(endpoint)
        if not answer.reached:
            found = self.say("没有可询问的对象，未能验证", "nobody and nothing to ask about, so not verified")
            return self.finding(check, "warn", found, remedy=self._nobody(), title=title)
        if error is None:
            found = self.say("可用", "may be asked")
            if answer.untried:
                found += self.say("；未能验证 {0}", "; not verified: {0}").format(", ".join(answer.untried))
            return self.fine(check, found, title)
        some, passing = _about_some(error), isinstance(error, TransientError)
        grey = self.impact.told([endpoint.name], self.language)
        if some:
            grey = self.say(
                "它们的数据不计入，其余可能正常", "their figures are left out; others may be fine"
            )
        elif grey and passing:
            grey = self.say(f"若持续，{grey}", f"if it lasts, {grey}")
        return self.finding(
            check,
            "warn" if some or passing else "fail",
            self.found(error) + (self.say(f"：{answer.path}", f": {answer.path}") if answer.path else ""),
            grey,
            self._to_do(error, endpoint),
            error.code or type(error).__name__,
            title=title,
        )

    def found(self, error: OpsError) -> str:
        """What the platform said, in a few words and its own code."""
        words = next((zh, en) for kind, zh, en in FOUND if isinstance(error, kind))
        if _about_some(error):
            words = ("问到的几个对象都被拒", "all that were asked about were refused")
        if error.code in ADDRESS_CODES:
            words = ("本机 IP 未被允许", "the IP of this machine is not allowed")
        if isinstance(error, RateLimited) and error.until_tomorrow:
            words = ("今日额度已用完，或只剩预留", "today's quota is used up, or only its reserve is left")
        broken = _CONNECTION.search(str(error))
        if broken:
            words = (f"连不上平台，{broken[1]}", f"the connection failed, {broken[1]}")
        code = error.code if re.fullmatch(r"-?\d+|http \d+", error.code) else ""
        return self.say(*words) + (self.say(f"（{code}）", f" ({code})") if code else "")

    def _to_do(self, error: OpsError, endpoint: Endpoint | None = None, *, token_call: bool = False) -> str:
        """The sentence an administrator acts on; about one ``endpoint``, or about the whole account."""
        message, kind = str(error), self.account.kind
        if isinstance(error, ApiRetired) and endpoint is not None:
            instead = self.impact.instead_of(endpoint, self.language)
            told = self.say(f"改由{instead}提供，", f"{instead} tell it now: ") if instead else ""
            return told + self.say("请升级本系统", "update this program")
        if isinstance(error, Busy | Timeout) and not re.fullmatch(r"-?\d+", error.code):
            if endpoint is not None:
                return self.say(
                    "稍后再查；仍如此请看平台公告", "ask again later; then see the platform's notices"
                )
            return self.say(
                "检查本机网络、DNS、代理，以及 accounts.toml 中的 base_url",
                "check this machine's network, DNS and proxy, and base_url in accounts.toml",
            )
        if self.language == "en":
            advice = _ADVICE.search(message)
            return advice["advice"] if advice else message
        if token_call and error.code in TOKEN_CODES:
            return SECRET
        used_up = isinstance(error, RateLimited) and error.until_tomorrow
        code = USED_UP if used_up else error.code or type(error).__name__
        return remedy(code, kind, message) or f"平台原话：{message}"

    def _nobody(self) -> str:
        skip = self.say(
            "不用该功能时，在 deployments/accounts.toml 的 skip 中列出它",
            "where it is not used, name it in the account's skip in deployments/accounts.toml",
        )
        if self.account.kind is not SourceKind.wecom:
            return skip
        where = "企业微信管理后台 → 客户与上下游 → 客户联系 → 权限配置"
        give = self.say(f"在 {where} 中给成员客户联系权限", f"give members the 客户联系 right in {where}")
        return f"{give}{self.say('；', '; ')}{skip}"


def _about_some(error: OpsError) -> bool:
    """True when only some members or articles were refused, and others were not asked about."""
    return type(error) is OpsError


def _same(one: OpsError, other: OpsError | None) -> bool:
    return other is not None and type(one) is type(other) and one.code == other.code
