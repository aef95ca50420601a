"""The judgement of one day by itself, which is what most cases are about."""

from tasks.alerts.judge import judge_series
from tasks.calendars import Window


def judge(plan, values, day, before, baselines, metrics, language="zh-CN"):
    window = Window.of_day(day)
    return judge_series(plan, {day: values}, before, baselines, metrics, window, language)
