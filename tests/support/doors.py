"""A service with keys: two tenants, and what each key may do."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from api.keys.key import ApiKey, Scope, mint_key
from api.keys.key_file import write_keys
from tests.support.service import Service

PEPPER = "the pepper of a test"


class KeyedService:
    """A running stack that asks for keys."""

    def __init__(self, **settings: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="keys-")
        self.path = Path(self._folder.name) / "keys.json"
        self.kept: list[ApiKey] = []
        self.everything = self.add("clinic", *Scope)
        self.reader = self.add("clinic", Scope.READ)
        self.sender = self.add("clinic", Scope.SUBMIT)
        self.stranger = self.add("other", *Scope)
        self.stack = Service(API_KEYS_FILE=str(self.path), API_KEYS_PEPPER=PEPPER, **settings).await_ready()

    def add(self, tenant: str, *scopes: Scope) -> str:
        """Make a key and keep it in the file."""
        text, key = mint_key(tenant, scopes, PEPPER.encode(), now=datetime.now(UTC))
        self.kept.append(key)
        write_keys(self.path, self.kept)
        return text

    def ask(
        self, method: str, path: str, key: str | None = None, content: bytes | None = None, **headers: str
    ) -> httpx2.Response:
        """Make a request with a key."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["Authorization"] = f"Bearer {key}"
        if content is not None:
            sent.setdefault("Content-Type", "application/dicom")
        return self.stack.client.request(method, path, headers=sent, content=content)

    def close(self) -> None:
        """Stop the service and erase its folders."""
        self.stack.close()
        self._folder.cleanup()
