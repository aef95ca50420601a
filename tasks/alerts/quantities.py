"""What may stand in a field of the plan: numbers within reason, months, names, and the closed lists of words."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

Unit: TypeAlias = Literal[
    "persons", "times", "items", "share", "cny", "minutes", "ratio", "days", "hours", "seconds"
]
Basis: TypeAlias = Literal["progress", "level", "points"]
Shape: TypeAlias = Literal["linear", "s_curve", "step"]

LARGEST = Decimal(10) ** 15
"""No brand counts further; what is larger is a slip of the keyboard."""
FIRST_DAY, LAST_DAY = dt.date(2011, 1, 21), dt.date(2100, 12, 31)
"""WeChat's first day, and far enough that 50 years of months still are dates."""


def _no_switch(value: object) -> object:
    """True is 1 to Python and a mistake to everybody else."""
    if isinstance(value, bool):
        raise PydanticCustomError("switch", "a switch is no number")
    return value


def _no_dust(value: object) -> object:
    """A number smaller than any that is meant: 1e-300 would need 300 digits to be calculated with."""
    if isinstance(value, float) and 0 < abs(value) < 1e-9:
        raise PydanticCustomError("dust", "too small to be meant")
    return value


Number: TypeAlias = Annotated[
    Decimal,
    Field(ge=-LARGEST, le=LARGEST, max_digits=30),
    BeforeValidator(_no_dust),
    BeforeValidator(_no_switch),
]
Count: TypeAlias = Annotated[int, Field(le=10_000), BeforeValidator(_no_switch)]
Month: TypeAlias = Annotated[int, Field(ge=1, le=600), BeforeValidator(_no_switch)]
Text: TypeAlias = Annotated[str, StringConstraints(pattern=r"\S", max_length=500)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=80)]
