"""One file, one flow, one story."""
