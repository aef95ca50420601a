"""The accounts the sandbox knows: ids and secrets of no value anywhere else."""

from dataclasses import dataclass

from tasks.records import SourceKind


@dataclass(frozen=True)
class SandboxAccount:
    """One simulated account: what ``deployments/accounts.toml`` points at when nobody changed it."""

    app_id: str
    kind: SourceKind
    name: str

    @property
    def secret(self) -> str:
        """The secret that the token calls accept."""
        return f"sandbox-secret-{self.app_id}"


ACCOUNTS: dict[str, SandboxAccount] = {
    account.app_id: account
    for account in (
        SandboxAccount("wx5a8d9e0c0a000001", SourceKind.official_account, "品牌服务号"),
        SandboxAccount("wx5a8d9e0c0a000002", SourceKind.mini_program, "品牌商城小程序"),
        SandboxAccount("wx5a8d9e0c0a000003", SourceKind.shop, "品牌微信小店"),
        SandboxAccount("ww5a8d9e0c0a000004", SourceKind.wecom, "品牌企业微信"),
        SandboxAccount("cli_5a8d9e0c0a000006", SourceKind.feishu, "飞书多维表格"),
        SandboxAccount("wx5a8d9e0c0a000005", SourceKind.channels, "品牌视频号"),
    )
}
"""By app id (corp id for WeCom; ``cli_…`` for Feishu)."""


def account_of(kind: SourceKind) -> SandboxAccount:
    """The sandbox's one account of a platform."""
    return next(account for account in ACCOUNTS.values() if account.kind == kind)
