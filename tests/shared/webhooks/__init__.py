"""Webhooks: what is said, how it is signed, when it is tried and where it may go."""
