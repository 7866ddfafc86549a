"""Sending over real sockets, and the outbox on a real server."""
