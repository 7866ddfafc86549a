"""Measurements of the running service; ``python -m benchmarks`` writes them into docs/benchmarks.md."""
