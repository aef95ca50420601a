"""Reports as pure functions (floor 2): judged records in, pages and messages out; no I/O, no clock."""
