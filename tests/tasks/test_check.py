import pytest

from tasks.check import finding
from tasks.lake.queries import load

BAD = [
    {"business_date": "2026-03-10", "account_id": "oa_a", "what": "moved by 30, won and lost 3",
     "what_zh": "变化 30，新增减取消为 3"},
    {"business_date": "2026-03-11", "account_id": "oa_a", "what": "moved by 9, won and lost 1",
     "what_zh": "变化 9，新增减取消为 1"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh-CN",
            "关注人数的变化与新增、取消关注对不上（2 处，例如 2026-03-10 oa_a：变化 30，新增减取消为 3）",
        ),
        (
            "en",
            "Days on which the followers held moved by more than those won and lost "
            "(2×, e.g. 2026-03-10 oa_a: moved by 30, won and lost 3)",
        ),
    ],
)
def test_a_finding_begins_in_the_language_of_the_reader(language: str, told: str) -> None:
    assert finding(load("checks/follower_balance"), BAD, language) == told
