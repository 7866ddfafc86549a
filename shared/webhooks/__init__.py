"""Webhooks: news of jobs, signed and sent to addresses that a tenant named, until each has arrived or is given up.

The modules at the top are pure and implement Standard Webhooks 1.0; Redis and HTTP sit in ``adapters``.
"""
