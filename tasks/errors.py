"""The error tree (floor 0): what went wrong, sorted by whether trying again can help.

    OpsError
    ├── TransientError        trying again later can help
    │   ├── Busy              the other side is overloaded or answered nonsense for a moment
    │   ├── RateLimited       too fast, or the day's quota is used up
    │   ├── NotReady          the day's figures are not there yet
    │   └── Timeout           no answer in time
    ├── PermanentError        somebody must change something first
    │   ├── BadCredential     wrong secret, expired or foreign token
    │   ├── NotAuthorised     right credential, missing permission or IP address
    │   ├── ApiRetired        the platform has withdrawn this interface
    │   ├── BadRequest        we asked for something impossible (our bug)
    │   ├── UnexpectedShape   the answer does not look as documented
    │   └── ShortAnswer       far fewer rows than last time; not believed
    ├── CheckFailed           the data broke a rule of ``sql/checks``
    └── ConfigurationError    a setting, file or secret is missing or wrong

A message says what was tried, on what, what came back and what to do. It never carries a token or a secret.
"""


class OpsError(Exception):
    """Any failure this project knows by name.

    Attributes:
        code: the platform's own code as text ("40164"), empty when there is none.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class TransientError(OpsError):
    """Trying again later can help."""


class Busy(TransientError):
    """The other side is overloaded, or answered with something that is not its API."""


class RateLimited(TransientError):
    """Too many calls.

    Attributes:
        until_tomorrow: True when the day's quota is gone and only midnight helps.
        wait_seconds: how long the platform blocks us, when it is known.
    """

    def __init__(
        self, message: str, *, code: str = "", until_tomorrow: bool = False, wait_seconds: float | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.until_tomorrow = until_tomorrow
        self.wait_seconds = wait_seconds


class NotReady(TransientError):
    """The platform has not computed these figures yet."""


class Timeout(TransientError):
    """No answer in time."""


class PermanentError(OpsError):
    """Trying again unchanged cannot help."""


class BadCredential(PermanentError):
    """A secret or token was refused."""


class NotAuthorised(PermanentError):
    """The credential is right, but a permission, switch or IP address is missing."""


class ApiRetired(PermanentError):
    """The platform has withdrawn this interface."""


class BadRequest(PermanentError):
    """The request itself was wrong: a bug here, not bad luck there."""


class UnexpectedShape(PermanentError):
    """The answer is not of the documented shape."""


class ShortAnswer(PermanentError):
    """An answer so much shorter than the last good one that it is not believed."""


class CheckFailed(OpsError):
    """Facts broke a rule of ``sql/checks`` at level ``fail``."""


class ConfigurationError(OpsError):
    """A setting, a file or a secret is missing or wrong; the message says which and what to write."""
