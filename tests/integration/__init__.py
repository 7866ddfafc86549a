"""The whole service, with real processes over real sockets."""
