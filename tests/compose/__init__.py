"""The service as containers, on a real Docker engine."""
