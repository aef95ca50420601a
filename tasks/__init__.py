"""Everything the flows call: verbs at this level, the rooms they open below (see README, The house)."""
