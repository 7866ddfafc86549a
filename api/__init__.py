"""The HTTP service: a thin process around the rooms of ``shared``."""
