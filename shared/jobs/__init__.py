"""Jobs: what the user ordered, the units of work it consists of, and how both move from state to state.

The modules at the top are pure; Redis and Celery sit in ``adapters``.
"""
