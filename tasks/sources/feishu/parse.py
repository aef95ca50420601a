# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What the pages of a Bitable table say, as rows of the datasets that files of the same template land in; pure.

A record that does not fit its template is no row; the client has told of it.

Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search (read 2026-11-22).
"""

from tasks.errors import ConfigurationError, UnexpectedShape
from tasks.records import RawResponse
from tasks.sources.feishu import records
from tasks.sources.feishu.translate import code_of
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Keyed,
    Parsed,
    block,
    body_of,
    key_code,
    listed,
    request_of,
    texts,
)


def content_register(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Content made or planned → ``land_content``."""
    return _rows(answer)


def project_tasks(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Tasks → ``land_project_task``; progress 0-1."""
    return _rows(answer)


def budget(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Budget lines → ``land_budget_line``; CNY."""
    return _rows(answer)


def _rows(answer: RawResponse) -> Parsed:
    request, body = request_of(answer), body_of(answer)
    if code_of(body) or str(request.get("path")).endswith("/fields"):
        return NOTHING
    template = records.template_of(answer.endpoint)
    items = listed(block(body.get("data"), "body.data"), "items", "body.data", optional=True)
    told = block(request.get("kinds"), "request.kinds")
    kinds = {name: key_code(told, name, "request.kinds") for name in told}
    if not items:
        return Parsed({template.dataset: []})
    try:
        layout = records.Layout.of(template, kinds or records.kinds_in(template, items), "")
    except ConfigurationError as error:
        raise UnexpectedShape(f"{answer.endpoint}: {error}") from None
    rows, _ = records.fitting(layout, items, answer.fetched_at, texts(request, "left_out", "request"))
    return Parsed(
        {
            template.dataset: [
                {
                    "account_id": answer.account_id,
                    **{name: row[name] for name in template.columns},
                    "import_id": f"feishu:{row[records.RECORD_ID]}",
                }
                for row in rows
            ]
        }
    )
