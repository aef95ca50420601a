"""Every setting of the system in one frozen object (floor 1): the only reader of the environment.

Set ``WECHAT_OPS_<NAME>`` in the environment or write it to ``.env``; the defaults run the system from one
folder. Secrets are never settings: accounts and routes name them, and :meth:`Settings.secret` looks the name up.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tasks.errors import ConfigurationError
from tasks.records import Account, Endpoint, endpoints

HOME = Path(__file__).resolve().parent.parent
DOCUMENTS = {
    "plan": "deployments/plan.toml",
    "accounts": "deployments/accounts.toml",
    "routes": "deployments/routes.toml",
    "playbooks": "deployments/playbooks.toml",
    "metrics": "sql/catalogue/metrics.toml",
    "not_computable": "sql/catalogue/not_computable.toml",
    "endpoints": "sql/catalogue/endpoints.toml",
    "platform": "sql/catalogue/platform.toml",
    "templates": "sql/catalogue/templates.toml",
}


class Settings(BaseSettings):
    """Where things are and how they behave. Immutable; read once per process."""

    model_config = SettingsConfigDict(env_prefix="WECHAT_OPS_", env_file=".env", frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=HOME / "data", description="lake, ops database and reports, unless set apart"
    )
    lake_url: str = Field(default="", description="another folder for the lake; empty: <data_dir>/lake")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in <data_dir>/ops.db")
    plan_file: Path = HOME / DOCUMENTS["plan"]
    accounts_file: Path = HOME / DOCUMENTS["accounts"]
    routes_file: Path = HOME / DOCUMENTS["routes"]
    playbooks_file: Path = HOME / DOCUMENTS["playbooks"]
    base_url: str = Field(
        default="", description="send every platform call here instead, e.g. to the sandbox"
    )
    language: Literal["zh-CN", "en"] = "zh-CN"
    secret_key: SecretStr | None = Field(
        default=None, description="keys the person ids, encrypts raw bodies and tokens; keep it for ever"
    )
    new_secret_key: SecretStr | None = Field(
        default=None, description="the secret_key to change to, for `python -m flows rotate-key` alone"
    )
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    mail_sender: str = "wechat-ops <wechat-ops@localhost>"
    bounce_maildir: Path | None = Field(
        default=None, description="Maildir of the sender's address, where mails that came back lie"
    )
    report_url: str = Field(default="", description="where readers open report pages; empty: file links")
    ui_url: str = Field(
        default="", description="where readers open the Prefect UI; empty: messages tell commands, not links"
    )
    quota_reserve: float = Field(
        default=0.2, ge=0, lt=1, description="share of a daily API quota left untouched"
    )
    request_timeout: float = Field(default=20, gt=0, description="seconds to wait for one answer")
    concurrency: int = Field(default=8, ge=1, le=32, description="parallel calls per account")
    retry_base: float = Field(default=1, ge=0, description="first wait before a repeated call, in seconds")
    believe_short: str = Field(
        default="", description="endpoints, with commas, whose list really is as short as it came"
    )

    @property
    def lake(self) -> str:
        """URL or folder of the lake."""
        return self.lake_url or str(self.data_dir / "lake")

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the ops database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ops.db'}"

    @property
    def believed_short(self) -> frozenset[str]:
        """The endpoints of :attr:`believe_short`, however they are spaced."""
        return frozenset(filter(None, map(str.strip, self.believe_short.split(","))))

    @property
    def reports(self) -> Path:
        """Folder of the finished report pages."""
        return self.data_dir / "reports"

    def secret(self, name: str) -> str:
        """The secret of that name from the environment.

        Raises:
            ConfigurationError: it is not set; the message names it, never a value.
        """
        value = os.environ.get(name, "")
        if not value:
            raise ConfigurationError(
                f"the secret {name} is not set: put it in the environment, or store it in a Prefect Secret "
                f"block named {name.lower().replace('_', '-')}"
            )
        return value

    def document(self, name: str) -> dict[str, Any]:
        """One of the TOML documents: plan, accounts, routes, playbooks, metrics, endpoints, platform or templates.

        Raises:
            ConfigurationError: the file is missing or is not TOML; the message names file and line.
        """
        path = getattr(self, f"{name}_file", HOME / DOCUMENTS[name])
        text = ""
        try:
            # Editors of Windows put a byte order mark in front, which no reader of TOML expects.
            text = path.read_text(encoding="utf-8-sig")
            return tomllib.loads(text)
        except FileNotFoundError:
            raise ConfigurationError(
                f"{path} is missing; WECHAT_OPS_{name.upper()}_FILE says where it is"
            ) from None
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ConfigurationError(self._not_toml(path, f"at line {line}, not UTF-8")) from None
        except (ValueError, RecursionError) as error:
            # A number of 5000 digits, or tables 1000 deep, are no TOMLDecodeError.
            end = f"at line {len(text.splitlines())}, the end of the file"
            raise ConfigurationError(
                self._not_toml(path, str(error).replace("at end of document", end))
            ) from None

    def _not_toml(self, path: Path, error: str) -> str:
        """Where the file breaks off being TOML: line and column first, since that is where one looks."""
        if self.language == "en":
            return f"{path} is not valid TOML: {error}"
        where = re.search(r"at line (\d+)(?:, column (\d+))?", error)
        if where is None:
            return f"{path}：不是有效的 TOML：{error}"
        column = f"第 {where[2]} 列" if where[2] else ""
        return f"{path}：第 {where[1]} 行{column}不是有效的 TOML：{error}"

    def accounts(self, only: list[str] | None = None) -> list[Account]:
        """The accounts of the brand, all or those named.

        Raises:
            ConfigurationError: an entry is malformed, or ``only`` names an unknown account.
        """
        try:
            known = {
                key: Account(
                    account_id=key, **{**entry, **({"base_url": self.base_url} if self.base_url else {})}
                )
                for key, entry in self.document("accounts").items()
            }
        except (ValidationError, TypeError) as error:
            raise ConfigurationError(f"{self.accounts_file}: {error}") from None
        unknown = sorted(set(only or ()) - set(known))
        if unknown:
            raise ConfigurationError(
                f"no account named {', '.join(unknown)}; known: {', '.join(sorted(known))}"
            )
        return [account for key, account in known.items() if not only or key in only]

    def endpoints(self) -> dict[str, Endpoint]:
        """The endpoints that are asked, by name."""
        return {name: endpoint for name, endpoint in self.registry().items() if endpoint.status == "live"}

    def registry(self) -> dict[str, Endpoint]:
        """The whole endpoint registry by name, withdrawn ones included."""
        try:
            return endpoints(self.document("endpoints"))
        except (ValidationError, TypeError) as error:
            raise ConfigurationError(f"endpoints.toml: {error}") from None


def surroundings() -> dict[str, str]:
    """A copy of the environment to hand to a process we start."""
    return dict(os.environ)


def adopt(variables: Mapping[str, str]) -> None:
    """Set environment variables for this process and what it starts, before anybody reads them."""
    os.environ.update(variables)


def load() -> Settings:
    """The settings of this process.

    Raises:
        ConfigurationError: a value has the wrong type; the message names every one.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"WECHAT_OPS_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError("; ".join(lines)) from None
