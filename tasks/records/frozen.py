"""What every validated record is made of (floor 1)."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A validated record that nobody changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")
