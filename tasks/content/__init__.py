"""Content judged: keep, kill or test more; what lifts it, how it is mixed, where its funnel breaks (floor 2)."""
