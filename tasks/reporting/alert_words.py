"""What messages about alerts say by themselves, beside the words they share with the digest."""

from tasks.reporting.words import Words, short_code, words

_ZH: Words = {
    "alert_title": "{brand}预警 {date} {owner}{colon}{counts}",
    "escalation_title": "{brand}预警升级 {date} {owner}{colon}{n} 项逾期未处理",
    "n_over": "{n} 恢复",
    "escalation_verdict": "{owner}的 {n} 项预警已过处理期限，没有人确认，也没有处理记录；请协调处理",
    "over_verdict": "{names} 已回到计划内",
    "most_urgent": "最要紧{colon}{text}",
    "escalations": "逾期未处理",
    "why_started": "首次预警",
    "why_worsened": "恶化，原为{before}",
    "why_improved": "好转，原为{before}",
    "why_reminder": "已持续 {n} 天",
    "why_woken": "暂缓到期，仍未回到计划",
    "why_escalated": "逾期 {n} 天未处理",
    "badge": "【{text}】",
    "grey_now": "当日数据不足，按最近一次判定",
    "cause": "原因{colon}{text}",
    "seen": "{name} 已确认{note}",
    "how": "收到后请处理",
    "trust_more": "数据与口径",
    "click": "用文末链接确认、暂缓或登记行动；确认后不再升级，暂缓后只在变差或恢复时通知",
    "acknowledge_command": "确认{colon}python -m flows alerts acknowledge {key} --by 姓名",
    "snooze_command": "暂缓{colon}python -m flows alerts snooze {key} --until 日期 --reason 原因 --by 姓名",
    "act_command": "登记行动{colon}python -m flows record-action --about {key} --text 做什么 --owner 负责人 "
    "--recorded-by 姓名",
    "key": "编号",
    "keys": "编号{colon}{keys}",
    "acknowledge_link": "确认收到",
    "snooze_link": "暂缓提醒",
    "act_link": "登记行动",
    "fallback": "原收件人都没有收到，改发到这里",
    "fallback_nobody": "没有为{owner}配置收件人，改发到这里；请在 deployments/routes.toml 写上 [{route}]",
}

_EN: Words = {
    "alert_title": "{brand} alerts {date} {owner}{colon}{counts}",
    "escalation_title": "{brand} escalation {date} {owner}{colon}{n} overdue",
    "n_over": "{n} over",
    "escalation_verdict": "{owner}: {n} overdue, nobody has acknowledged or acted; please step in",
    "over_verdict": "Back on plan: {names}",
    "most_urgent": "Most urgent{colon}{text}",
    "escalations": "Overdue, nobody acted",
    "why_started": "new",
    "why_worsened": "worse, was {before}",
    "why_improved": "better, was {before}",
    "why_reminder": "for {n} days",
    "why_woken": "snooze is over, still behind",
    "why_escalated": "overdue by {n} days, nobody acted",
    "badge": " [{text}]",
    "grey_now": "Too little data today; level of the last judgement",
    "cause": "Why{colon}{text}",
    "seen": "Acknowledged by {name}{note}",
    "how": "What to do with this message",
    "trust_more": "Data and plan",
    "click": "Acknowledge, snooze or record an action with the links below; acknowledged alerts are not "
    "escalated, snoozed ones are told only when they get worse or are over",
    "acknowledge_command": "Acknowledge{colon}python -m flows alerts acknowledge {key} --by NAME",
    "snooze_command": "Snooze{colon}python -m flows alerts snooze {key} --until DATE --reason TEXT --by NAME",
    "act_command": "Record an action{colon}python -m flows record-action --about {key} --text TEXT --owner OWNER "
    "--recorded-by NAME",
    "key": "ID",
    "keys": "ID{colon}{keys}",
    "acknowledge_link": "Acknowledge",
    "snooze_link": "Snooze",
    "act_link": "Record an action",
    "fallback": "It reached none of its recipients and is sent here instead",
    "fallback_nobody": "Nobody is on the route of {owner}, so it is sent here; write [{route}] in "
    "deployments/routes.toml",
}


OWN = {"zh": _ZH, "en": _EN}


def alert_words(language: str) -> Words:
    """The digest's words and those of alerts, in one language.

    Raises:
        ConfigurationError: reports are not written in that language.
    """
    return {**words(language), **OWN[short_code(language)]}
