"""A simulated WeChat over one seeded, consistent world (floor 3)."""
