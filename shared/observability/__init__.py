"""What a process tells about itself: logs, counts for Prometheus, and traces. Ids and closed sets, never a value."""

from shared.observability.logs import configure_logs, get_logger

__all__ = ["configure_logs", "get_logger"]
