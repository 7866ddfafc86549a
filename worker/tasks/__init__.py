"""Celery shells: each wakes the process up for one stage; the work is in ``worker.pipelines``."""
