"""What each number means and how far it can be trusted: pure thinking, no reaching (floor 2)."""
