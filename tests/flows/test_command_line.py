"""The command line offers what the UI offers: same flows, same parameters, same defaults."""

import inspect

import pytest
from typer.main import get_command

from flows.__main__ import app
from flows.backfill import backfill
from flows.daily_sync import daily_sync
from flows.weekly_content_retrospective import weekly_content_retrospective


@pytest.mark.parametrize("flow", [daily_sync, backfill, weekly_content_retrospective], ids=lambda f: f.name)
def test_a_flow_has_the_same_parameters_in_the_terminal_and_in_the_ui(flow) -> None:
    assert flow.isasync, "the command line awaits its flows"
    command = get_command(app).commands[flow.name]
    options = {p.name: p for p in command.params if p.name != "help"}
    parameters = inspect.signature(flow.fn).parameters
    assert set(options) == set(parameters)
    for name, parameter in parameters.items():
        needed = parameter.default is inspect.Parameter.empty
        assert options[name].required == needed
        if not needed:
            assert (options[name].default or None) == parameter.default


def test_help_lists_every_flow_and_service() -> None:
    assert {"daily-sync", "backfill", "doctor", "up", "down", "sandbox", "demo"} <= set(
        get_command(app).commands
    )
