"""The worker processes: thin shells around the rooms of ``shared``."""
