"""Raw answers as rows of ``raw_api`` and back; bodies that name persons are only ever stored encrypted."""

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from tasks import calendars
from tasks.errors import ConfigurationError
from tasks.records import RawResponse

DATASET = "raw_api"


class Cipher(Protocol):
    """Encryption of texts at rest."""

    def encrypt(self, text: str) -> str:
        """Ciphertext of a text."""
        ...

    def decrypt(self, text: str) -> str:
        """The text again; raises when it was encrypted under another key."""
        ...


def row_of(answer: RawResponse, cipher: Cipher | None) -> dict[str, Any]:
    """One answer as a row with an id of its own.

    Raises:
        ConfigurationError: the body names persons and there is no cipher.
    """
    return {
        "response_id": uuid.uuid4().hex,
        "source": answer.source,
        "account_id": answer.account_id,
        "endpoint": answer.endpoint,
        "business_date": answer.business_date,
        "last_date": answer.last_date,
        "request": answer.request,
        "body": _needed(cipher, answer.endpoint).encrypt(answer.body) if answer.personal else answer.body,
        "is_personal": answer.personal,
        "status": answer.status,
        "errcode": answer.errcode,
        "fetched_at": answer.fetched_at,
        "fetched_date": calendars.business_date(answer.fetched_at),
    }


def answer_of(row: Mapping[str, Any], cipher: Cipher | None) -> RawResponse:
    """The answer of a row, its body decrypted.

    Raises:
        ConfigurationError: the body is encrypted and there is no cipher, or another key was used.
    """
    body = row["body"]
    return RawResponse(
        source=row["source"],
        account_id=row["account_id"],
        endpoint=row["endpoint"],
        business_date=row["business_date"],
        last_date=row["last_date"] or row["business_date"],  # kept before the column was there
        request=row["request"],
        body=_needed(cipher, row["endpoint"]).decrypt(body) if row["is_personal"] else body,
        status=row["status"],
        errcode=row["errcode"],
        fetched_at=row["fetched_at"],
        personal=row["is_personal"],
    )


def _needed(cipher: Cipher | None, endpoint: str) -> Cipher:
    if cipher is None:
        raise ConfigurationError(
            f"answers of {endpoint} name persons and are only kept encrypted: set WECHAT_OPS_SECRET_KEY"
        )
    return cipher
