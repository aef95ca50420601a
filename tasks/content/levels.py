"""Who says which colour a lag has: the plan does, so whoever knows it hands the rule over."""

from collections.abc import Callable
from typing import TypeAlias

from tasks.records import Level

Colour: TypeAlias = Callable[[float], Level]
"""The level of a lag; a lag is a part of what was expected."""
