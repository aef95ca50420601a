"""What needs a person beside the pace of KPIs: milestones, budget lines, incidents and churn; pure.

Each module says what its figures say on one day (:class:`~tasks.alerts.notices.drafts.Draft`); ``timeline`` holds
that against the days before.
"""
