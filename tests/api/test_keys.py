"""API keys: what is kept of them, and which texts open what."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.keys.key import ApiKey, KeyRing, Scope, hash_key, mint_key
from api.keys.key_file import KeyFile, KeysUnusable, read_keys, write_keys

PEPPER = b"a pepper that nobody knows"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def key(**changes: object) -> tuple[str, ApiKey]:
    """A key of a clinic that may submit."""
    return mint_key("clinic", [Scope.SUBMIT], PEPPER, now=NOW, **changes)  # type: ignore[arg-type]  # one of its options


def test_the_hash_is_hmac_sha256() -> None:
    """RFC 4231 test case 2 gives the same digest: any implementation can check a kept hash."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hash_key("what do ya want for nothing?", b"Jefe") == expected


def test_a_key_has_256_random_bits() -> None:
    """The part after the dot is 32 bytes in URL-safe base64, which is 43 characters."""
    text, _ = key()
    assert len(text.split(".")[1]) == 43


def test_nothing_kept_gives_the_key_away() -> None:
    """The secret is in no field of what is kept."""
    text, kept = key()
    assert text.split(".")[1] not in repr(kept)


def test_the_right_text_opens() -> None:
    """A key that was made is found again."""
    text, kept = key()
    assert KeyRing([kept], PEPPER).find(text, NOW) == kept


@pytest.mark.parametrize("wrong", ["", ".", "key_000000000000.x", "nothing", "ключ"])
def test_a_wrong_text_opens_nothing(wrong: str) -> None:
    """Neither an unknown id nor a text that is no key is let in."""
    _, kept = key()
    assert KeyRing([kept], PEPPER).find(wrong, NOW) is None


def test_the_right_id_with_another_secret_opens_nothing() -> None:
    """Knowing an id, which logs show, is worth nothing."""
    _, kept = key()
    other, _ = key()
    assert KeyRing([kept], PEPPER).find(f"{kept.id}.{other.split('.')[1]}", NOW) is None


def test_another_pepper_opens_nothing() -> None:
    """A copied key file is useless beside another secret."""
    text, kept = key()
    assert KeyRing([kept], b"another pepper, just as long").find(text, NOW) is None


@pytest.mark.parametrize(("after", "is_found"), [(timedelta(hours=23), True), (timedelta(days=1), False)])
def test_a_key_ends_when_it_expires(after: timedelta, *, is_found: bool) -> None:
    """One day's key opens for a day."""
    text, kept = key(expires_at=NOW + timedelta(days=1))
    assert (KeyRing([kept], PEPPER).find(text, NOW + after) is not None) is is_found


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Nobody else on the machine may read the hashes."""
    write_keys(tmp_path / "keys.json", [key()[1]])
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A key survives the file."""
    kept = key(note="for the RIS", expires_at=NOW)[1]
    write_keys(tmp_path / "keys.json", [kept])
    assert read_keys(tmp_path / "keys.json") == (kept,)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"keys": [{"id": "x"}]}', '{"keys": [], "kesy": []}', "SECRET-CONTENT"],
    ids=["empty", "no-keys", "list", "no-hash", "typo", "text"],
)
def test_a_damaged_file_is_refused_without_quoting_it(tmp_path: Path, content: str) -> None:
    """The operator learns what to do, and no line of the file reaches a log."""
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(KeysUnusable, match="API_KEYS_FILE") as caught:
        read_keys(tmp_path / "keys.json")
    assert "SECRET-CONTENT" not in caught.value.detail


def test_a_tenant_that_could_be_taken_for_another_is_refused(tmp_path: Path) -> None:
    """A colon would reach into another tenant's keys of the job store."""
    write_keys(tmp_path / "keys.json", [mint_key("a:status", [Scope.READ], PEPPER, now=NOW)[1]])
    with pytest.raises(KeysUnusable):
        read_keys(tmp_path / "keys.json")


class Later(KeyFile):
    """A key file whose next look is due."""

    def find(self, text: str) -> ApiKey | None:
        """Look again at once."""
        self._next_look = 0.0
        return super().find(text)


def test_a_changed_file_is_taken_over(tmp_path: Path) -> None:
    """A key made while the api runs opens without a restart, and the one that was taken out does not."""
    path = tmp_path / "keys.json"
    (first, kept), (second, added) = key(), key()
    write_keys(path, [kept])
    keys = Later(path, PEPPER)
    assert [keys.find(text) for text in (first, second)] == [kept, None]
    write_keys(path, [added])
    assert [keys.find(text) for text in (first, second)] == [None, added]


def test_a_file_that_breaks_leaves_the_last_good_keys(tmp_path: Path) -> None:
    """A typo in the file locks nobody out."""
    path = tmp_path / "keys.json"
    text, kept = key()
    write_keys(path, [kept])
    keys = Later(path, PEPPER)
    path.write_text(json.dumps({"keys": "oops"}))
    assert keys.find(text) == kept
    path.unlink()
    assert keys.find(text) == kept
