"""Shop orders of today's visitors, and what is sent back."""

import numpy as np

from tasks.sandbox.world.draws import Ints
from tasks.sandbox.world.state import State

PAID_SHARE = 0.88
AFTERSALE_SHARE = 0.045
DAY = 86_400
SCENES = np.array([1, 2, 3, 4, 5, 6])
SCENE_SHARES = np.array([0.46, 0.09, 0.05, 0.16, 0.06, 0.18])


class Orders:
    """Orders are placed by visitors who are private users; strangers' first orders make them so."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.draws = state.draws("orders")
        self.count = 0

    def step(self, day: int) -> None:
        """Everything ordered on ``day``."""
        state, draws = self.state, self.draws
        visitors, forced = state.now.visitors, state.now.first_buyers
        attempts = (
            state.pace.at("browse_to_order", day) * visitors.size / PAID_SHARE - forced.size / PAID_SHARE
        )
        likely = visitors[state.private[visitors] & ~np.isin(visitors, forced)]
        trying = likely[draws.weighted(state.activity[likely] ** 0.8, attempts, "orders")]
        broken = state.pace.accident("checkout_broken", day) or 0.0
        pays = draws.share(trying.size, PAID_SHARE * (1 - broken), "paid")
        buyers = np.concatenate([trying[pays], forced])
        again = buyers[draws.share(buyers.size, 0.03, "second order")]
        paid = np.concatenate([buyers, again])
        state.buyer[paid] = True
        self._write(day, np.concatenate([paid, trying[~pays]]), paid.size)

    def _write(self, day: int, who: Ints, paid: int) -> None:
        rng, size = self.draws.rng, who.size
        order = rng.permutation(size)
        who = who[order]
        is_paid = order < paid
        created = np.sort(self.state.day_starts[day] + np.minimum(self.draws.seconds(size), DAY - 900))
        paid_at = np.where(is_paid, created + rng.integers(8, 600, size), 0)
        shipped = paid_at + rng.integers(6 * 3600, 2 * DAY, size)
        price = 100 * np.maximum(9, np.round(rng.lognormal(4.95, 0.55, size))).astype(np.int64) - 10
        quantity = 1 + rng.binomial(3, 0.12, size)
        product_price = price * quantity
        freight = np.where(product_price < 9_900, 800, 0)
        sent_back = is_paid & self.draws.share(size, AFTERSALE_SHARE / PAID_SHARE, "aftersale")
        asked = paid_at + rng.integers(DAY // 2, 6 * DAY, size)
        resolved = np.where(sent_back, asked + rng.integers(2 * 3600, 40 * 3600, size), 0)
        entire = rng.random(size) < 0.8
        number = np.arange(self.count, self.count + size, dtype=np.int64)
        salt = rng.integers(0, 100_003, size)
        self.count += size
        self.state.writer.add(
            "shop_order",
            number=number,
            salt=salt,
            person=who,
            created_at=created,
            paid_at=paid_at,
            shipped_at=shipped,
            completed_at=shipped + rng.integers(3 * DAY, 9 * DAY, size),
            refunded_at=np.where(entire, resolved, 0),
            product_price=product_price,
            freight=freight,
            scene=rng.choice(SCENES, size, p=SCENE_SHARES).astype(np.uint8),
            is_gift=rng.random(size) < 0.02,
            product=rng.integers(1, 41, size),
            sku_cnt=quantity.astype(np.uint8),
        )
        back = np.flatnonzero(sent_back)
        self.state.writer.add(
            "shop_aftersale",
            number=number[back],
            salt=salt[back],
            person=who[back],
            created_at=asked[back],
            resolved_at=resolved[back],
            returned=rng.random(back.size) < 0.55,
            amount=np.where(entire, product_price + freight, product_price // 2)[back],
        )
