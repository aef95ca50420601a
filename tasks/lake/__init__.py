"""The lake (floor 3): every fact as a Delta table, and the engine that runs the analysis SQL over it.

``store.Lake`` writes (replace a slice, merge by key, snapshot, append raw bodies), always in one transaction;
``engine.Engine`` reads, with DuckDB over the file list of each table's newest version. What a table holds is
declared in ``sql/lake``.
"""
