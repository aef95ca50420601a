"""A list that was read half: its answers are handed out again, so that the next run goes on where it ended.

Long lists cost hundreds of the day's calls. A reading that the quota, an error or a kill broke off is not begun
anew: its pages are in ``raw_api``, and each names the question that leads to the next.
"""

import datetime as dt
from typing import Any

from tasks import calendars
from tasks.lake import raw
from tasks.lake.raw import Cipher
from tasks.lake.relations import connection_of, relation
from tasks.lake.store import Lake
from tasks.records import RawResponse

TOGETHER = 20
"""Bodies in memory at a time."""
GOOD = ("", "0")


class Reading:
    """Good answers to one account's questions about one endpoint, in the order they came.

    Args:
        lake: holds the answers.
        cipher: opens bodies that name persons.
        account_id: whose answers.
        endpoint: about what.
        since: answers up to this moment belong to readings that were judged.
    """

    def __init__(
        self, lake: Lake, cipher: Cipher | None, account_id: str, endpoint: str, since: dt.datetime
    ) -> None:
        self._lake = lake
        self._cipher = cipher
        self._of = {"account_id": account_id, "endpoint": endpoint, "since": since}
        self._first_day = calendars.business_date(since)
        self._questions: list[tuple[str, str]] | None = None
        self._at = -1
        self._bodies: dict[str, RawResponse] = {}

    def __call__(self, request: str) -> RawResponse | None:
        """The answer to this request, when it follows the one handed out before; ``None`` at the end.

        The first is the newest answer to its request: it begins the newest reading.
        """
        if self._questions is None:
            self._questions = [(row["response_id"], row["request"]) for row in self._rows("request")]
            places = [n for n, (_, asked) in enumerate(self._questions) if asked == request][-1:]
        else:
            after = range(self._at + 1, len(self._questions))
            places = [n for n in after if self._questions[n][1] == request][:1]
        if not places:
            self._questions = []
            return None
        self._at = places[0]
        name = self._questions[self._at][0]
        if name not in self._bodies:
            names = [one for one, _ in self._questions[self._at : self._at + TOGETHER]]
            rows = self._rows("*", "and response_id in (select unnest($names))", names=names)
            self._bodies = {row["response_id"]: raw.answer_of(row, self._cipher) for row in rows}
        return self._bodies.get(name)

    def _rows(self, columns: str, rest: str = "", **params: Any) -> list[dict[str, Any]]:
        d = self._lake.dataset(raw.DATASET)
        everything = relation(d, self._lake.files(d.name))
        # The date says what the moment says, and rules out whole files without opening them.
        where = (
            "account_id = $account_id and endpoint = $endpoint and fetched_date >= $first_day "
            f"and fetched_at > $since and status = 200 and errcode in {GOOD}"
        )
        chosen = columns if columns == "*" else f"response_id, {columns}"
        query = f"select {chosen} from ({everything}) where {where} {rest} order by fetched_at, response_id"
        with connection_of({"threads": 1}) as connection:
            found = connection.execute(query, {**self._of, "first_day": self._first_day, **params})
            rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
            return rows


def calls_made(lake: Lake, account_id: str, day: dt.date, path: str) -> int:
    """Answers that one account got from ``path`` on one Shanghai day, on behalf of whatever endpoint."""
    d = lake.dataset(raw.DATASET)
    everything = relation(d, lake.files(d.name))
    query = (
        f"select count(*) from ({everything}) where account_id = $account_id and fetched_date = $day "
        "and json_extract_string(request, '$.path') = $path"
    )
    with connection_of({"threads": 1}) as connection:
        found = connection.execute(query, {"account_id": account_id, "day": day, "path": path}).fetchone()
    return int(found[0]) if found else 0
