"""What a file really is, told by its first bytes: consoles name HTML tables ``.xls``, and people rename."""

import codecs
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tasks.errors import ConfigurationError
from tasks.sources.files.cells import ASKED

BLOCK = 1 << 20
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Content(StrEnum):
    """How a file is to be read."""

    csv = "csv"
    jsonl = "jsonl"
    html = "html"
    excel = "excel"
    parquet = "parquet"


def content_of(path: Path) -> Content:
    """What the file holds.

    Raises:
        ConfigurationError: it is empty or of a kind that cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise ConfigurationError(f"{path.name}：文件是空的 (the file is empty)")
    if head.startswith(b"PAR1"):
        return Content.parquet
    # PK: a zip, which is what an .xlsx is; D0CF: the container of an old .xls.
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Content.excel
    if head.startswith(b"\x1f\x8b"):
        raise ConfigurationError(f"{path.name}：请先解压再导入 (compressed; unpack it first)")
    if head.startswith(UTF16):
        return Content.csv
    if b"\x00" in head:
        raise ConfigurationError(
            f"{path.name}：不是可识别的文件，支持 CSV、XLSX、XLS、HTML 表格、Parquet、JSONL "
            "(not a kind of file that can be read)"
        )
    first = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if first == b"[":
        raise ConfigurationError(f"{path.name}：JSON 数组请改存为每行一个对象的 JSONL (write JSON lines)")
    return {b"<": Content.html, b"{": Content.jsonl}.get(first, Content.csv)


@dataclass(frozen=True)
class Writing:
    """How a text file is written: its encoding, and whether DuckDB can read it where it lies."""

    encoding: str
    as_it_is: bool
    """UTF-8, and every line ends the same way."""
    lacks: str = ""
    """Which of :data:`tasks.sources.files.cells.ASKED` are nowhere in it."""


def writing_of(path: Path) -> Writing:
    """The encoding that reads the whole file: UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        ConfigurationError: none does.
    """
    with path.open("rb") as file:
        candidates = ("utf-16",) if file.read(2) in UTF16 else ("utf-8-sig", "gb18030")
    for encoding in candidates:
        written = _read_as(path, encoding)
        if written:
            return written
    raise ConfigurationError(
        f"{path.name}：编码既不是 UTF-8 也不是 GBK/GB18030，请另存为 UTF-8 (save it as UTF-8)"
    )


def _read_as(path: Path, encoding: str) -> Writing | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    both = returns = feeds = 0
    alone = False
    """Whether a block without any return holds a feed."""
    before, lacks = b"", ASKED
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                text = decoder.decode(block)
                lacks = "".join(letter for letter in lacks if letter not in text)
                if b"\r" in block or before == b"\r":
                    returns += block.count(b"\r")
                    both += block.count(b"\r\n") + (before == b"\r" and block[:1] == b"\n")
                    feeds += block.count(b"\n")
                elif not alone:
                    alone = b"\n" in block
                before = block[-1:]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    same = returns == both and (not both or (both == feeds and not alone))
    return Writing(encoding, encoding == "utf-8-sig" and same, lacks)


def rewritten(path: Path, encoding: str, target: Path) -> Path:
    """The file as UTF-8 with plain line ends."""
    with (
        path.open(encoding=encoding, newline=None) as source,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        while block := source.read(BLOCK):
            out.write(block)
    return target
