from tasks.reporting.columns import aligned, width


def test_a_chinese_character_takes_two_places() -> None:
    assert [width(text) for text in ("abc", "打开率", "ＫＰＩ", "é", "e\u0301", "1 万")] == [3, 6, 6, 1, 1, 4]


def test_columns_stay_aligned_whatever_stands_in_them() -> None:
    rows = [("打开率", "8.0 %", "绿"), ("ROI", "12.0 %", "红")]
    assert list(aligned(("名称", "实际", "级别"), rows, right={1})) == [
        "名称      实际  级别",
        "打开率   8.0 %  绿",
        "ROI     12.0 %  红",
    ]
