"""Whatever a message can be made of, for the channels' properties."""

from hypothesis import strategies as st

from tasks.messages import Block, Line, Message
from tasks.records import Level

MEAN = (
    "<", "&", '"', "\\", "红", "𠮷", "é", "](", "\n", "👩‍👩‍👧", "\u202eabc", "\x00", "\u2028", "*", "`", "=1+1", "|",
    "<at id=all></at>", "<script>alert(1)</script>",
)  # fmt: skip
anything = st.text(st.characters(codec="utf-8"), max_size=200)
texts = anything | st.sampled_from(MEAN).flatmap(lambda s: st.integers(1, 500).map(lambda n: s * n))
lines = st.builds(Line, texts, st.sampled_from([*Level, "plain"]), st.lists(texts, max_size=3).map(tuple))
reds = st.builds(
    lambda n, text, details: Line(f"红{n:02d} {text}", Level.red, details),
    st.integers(0, 99), texts, st.lists(texts, max_size=3).map(tuple),
)  # fmt: skip
blocks = st.builds(Block, texts, st.lists(lines, max_size=8).map(tuple))
messages = st.builds(
    lambda title, verdict, red, rest, link: Message(
        title, Line(f"结论 {verdict}", Level.red), (Block("红色", tuple(red), keep=True), *rest), link, "看"
    ),
    texts, texts, st.lists(reds, max_size=20), st.lists(blocks, max_size=20),
    st.sampled_from(["", "https://x.example/?a=1&b=2", "https://x.example/" + "p" * 2000, "http://x/a b)"]) | texts,
)  # fmt: skip
