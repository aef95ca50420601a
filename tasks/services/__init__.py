"""The long-running processes around the flows: Prefect server, worker, sandbox (floor 3)."""
