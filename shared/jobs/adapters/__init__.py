"""The job engine on Redis, and its hints on Celery; built by the composition roots alone."""
