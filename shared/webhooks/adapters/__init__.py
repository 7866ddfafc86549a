"""Redis and HTTP for webhooks, one file per technology."""
