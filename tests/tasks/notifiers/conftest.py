"""What is sent."""

import pytest

from tasks.messages import Block, Line, Message
from tasks.records import Level


@pytest.fixture
def message() -> Message:
    red = Line(
        "红 浏览→下单转化：实际 6.1 %，计划应达 6.8 %，落后计划 38 %",
        Level.red,
        ("下一步：启动应急预案 · 负责人：王珂 · 7月27日前", "下单人数 1,203（7 天前 1,480，−18.7 %）"),
    )
    return Message(
        title="沐光美妆运营日报 7月25日",
        verdict=Line("9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %", Level.red),
        blocks=(
            Block("红色：启动应急预案", (red,), keep=True),
            Block("变动最大", (Line("▲ 取关人数 1,210 → 1,920 <+58.7 %> & 转差"),)),
        ),
        link="https://reports.example.com/digest-2026-07-25.html",
        link_text="打开完整日报",
        more="…其余见日报",
    )
