"""Where messages leave the house (floor 3): one channel, one module; the answer's body decides."""

from tasks.notifiers.base import MayHaveArrived, Notifier, Receipt
from tasks.notifiers.channels import CHANNELS, notifiers

__all__ = ["CHANNELS", "MayHaveArrived", "Notifier", "Receipt", "notifiers"]
