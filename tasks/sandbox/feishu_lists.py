"""The words in the brand's Bitable base: who works there, what they plan, what they may spend."""

from typing import NamedTuple

AUTHORS = ("李晓雯", "王一诺", "陈嘉禾", "赵星宇", "孙若溪", "周子墨")
"""The six of the content team."""
OWNERS = {"内容": "李晓雯", "运营": "吴思远", "技术": "郑知行", "管理": "冯书瑶", "客服": "许清和"}
MATRIX = {"knowledge": "垂直知识", "scenario": "场景化", "ugc": "用户共创", "interactive": "互动"}
"""Kind of an article of the world → its label in the register."""
LAYERS = {
    "knowledge": (("垂直知识", 1.0),),
    "scenario": (("品牌价值", 0.7), ("互动娱乐", 0.3)),
    "ugc": (("互动娱乐", 0.8), ("品牌价值", 0.2)),
    "interactive": (("互动娱乐", 1.0),),
}
ORIGINS = {
    "ugc": (("用户", 0.6), ("KOC", 0.4)),
    "": (("专业团队", 0.75), ("合作方", 0.15), ("转载", 0.10)),
}
TEMPLATES = {
    "knowledge": ("T-误区清单", "T-一文看懂", "T-专家问答"),
    "scenario": ("T-好物清单", "T-一天记录", "T-三家对比"),
    "ugc": ("T-读者来信", "T-晒图精选", "T-老顾客说"),
    "interactive": ("T-投票", "T-答题赢礼", "T-话题征集"),
}
"""Kind → the template behind each of its wordings, in the world's order."""
FORMATS = {"knowledge": "长图文", "scenario": "图文清单", "ugc": "图集", "interactive": "互动H5"}
SCENES = ("早8点快闪", "午间推荐", "周末家庭", "晚间阅读")
ELSEWHERE = (
    ("社群", "interactive", "今日话题：{}"),
    ("视频号", "scenario", "一分钟{}"),
    ("朋友圈", "knowledge", "{}小贴士"),
)
"""What is put on other channels: channel, kind, wording."""


class Task(NamedTuple):
    """One task of the plan; months count from the plan's month 0."""

    milestone: str
    title: str
    owner: str
    start_month: float
    due_month: float
    metric: str = ""


TASKS = (
    Task("MS-01", "用户画像字段盘点", "技术", 0, 0.5),
    Task("MS-01", "100 个核心标签定义", "运营", 0.2, 1, "core_tags"),
    Task("MS-01", "标签同步到企业微信", "技术", 0.5, 1),
    Task("MS-02", "内容 SOP 初稿", "内容", 0.5, 1.2),
    Task("MS-02", "三级审核流程上线", "管理", 0.8, 1.6),
    Task("MS-02", "内容 SOP 定稿", "内容", 1.2, 2, "production_cycle_days"),
    Task("MS-02", "内容登记表全渠道启用", "内容", 1, 2, "originality_rate"),
    Task("MS-03", "SCRM 选型与采购", "技术", 1, 2),
    Task("MS-03", "SCRM 部署", "技术", 2, 2.8),
    Task("MS-03", "核心团队 15 人到位", "管理", 0, 3),
    Task("MS-03", "社群运营规范", "运营", 1, 2.2, "group_exit_rate"),
    Task("MS-03", "客服 5 分钟响应值班表", "客服", 1.5, 2.5, "reply_minutes"),
    Task("MS-03", "小程序首屏加载优化", "技术", 1.5, 3),
    Task("MS-04", "新人 7 日激活计划", "运营", 2.5, 4, "mp_d7_retention"),
    Task("MS-04", "用户投稿栏目上线", "内容", 2, 3.5, "originality_rate"),
    Task("MS-04", "社群话题日历", "运营", 2.8, 4, "community_active_rate"),
    Task("MS-04", "阅读到小程序场景钩子", "内容", 3, 5, "read_to_mp_click"),
    Task("MS-05", "首场裂变活动方案", "运营", 3, 5),
    Task("MS-05", "首场裂变活动", "运营", 5, 6),
    Task("MS-05", "第二场裂变活动", "运营", 6.5, 7.5),
    Task("MS-05", "第三场裂变活动", "运营", 8, 9),
    Task("MS-06", "数据决策例会制度", "管理", 3, 6, "data_completeness"),
    Task("MS-07", "会员积分方案", "运营", 9, 14),
    Task("MS-08", "标准运营手册", "管理", 15, 21),
)


FULL_SIZE = 50_000
"""Persons of a world that sells enough to live on the plan's whole budget; smaller ones have less of it."""


class Line(NamedTuple):
    """One line of the plan's budget, its amount in the middle of the plan's range, CNY a year."""

    name: str
    yearly_cny: int
    domain: str
    reach: str
    horizon: str
    effort: str
    nature: str

    def yearly(self, persons: int) -> float:
        """The line of a brand of that size, CNY a year."""
        return self.yearly_cny * persons / FULL_SIZE

    @property
    def is_labour(self) -> bool:
        """Whether it pays people."""
        return self.name.endswith("团队")


BUDGET = (
    Line("内容团队", 900_000, "内容", "私域", "长期", "核心", "刚性"),
    Line("技术团队", 700_000, "数据", "私域", "长期", "核心", "刚性"),
    Line("运营团队", 1_100_000, "运营", "私域", "长期", "核心", "刚性"),
    Line("工具采购", 250_000, "数据", "私域", "长期", "核心", "刚性"),
    Line("内容制作", 350_000, "内容", "公域", "短期", "核心", "弹性"),
    Line("活动推广", 450_000, "运营", "公域", "短期", "创新", "弹性"),
    Line("用户激励", 250_000, "运营", "私域", "短期", "创新", "弹性"),
)
