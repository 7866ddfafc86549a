"""``python -m api.cli keys create | list | revoke``: the keys in API_KEYS_FILE. A running api takes changes over."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from api.cli.command import Command, CommandFailed, Exit, with_settings
from api.keys.key import TENANT_PATTERN, ApiKey, Scope, mint_key
from api.keys.key_file import KeysUnusable, read_keys, write_keys
from shared.errors import ServiceError
from shared.settings import Settings

DEFAULT_SCOPES = (Scope.SUBMIT, Scope.READ)


def _describe(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make a key and print it; it is shown this once")
    create.add_argument("--tenant", required=True, type=_tenant, help="who the key belongs to, such as a clinic")
    create.add_argument(
        "--scope",
        nargs="+",
        type=Scope,
        choices=list(Scope),
        default=list(DEFAULT_SCOPES),
        metavar="SCOPE",
        help=f"any of {', '.join(Scope)}; default {' '.join(DEFAULT_SCOPES)}",
    )
    create.add_argument("--days", type=int, help="days until it expires; default: never")
    create.add_argument("--note", help="what it is for; shown by list")
    actions.add_parser("list", help="show all keys without their secrets")
    revoke = actions.add_parser("revoke", help="make a key useless, within a second")
    revoke.add_argument("id", help="the key's id, the part before the dot")


def _tenant(text: str) -> str:
    if not TENANT_PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError("lower-case letters, digits, _ and -, at most 63")
    return text


def run_keys(settings: Settings, arguments: argparse.Namespace) -> int:
    """Run the command; raises ServiceError where the settings or the file do not allow it."""
    path = settings.api_keys_file
    if path is None:
        raise KeysUnusable("API_KEYS_FILE is not set; name the file that keys are kept in, such as .state/keys.json.")
    keys = list(read_keys(path)) if path.exists() else []
    match arguments.action:
        case "create":
            return _create(settings, path, keys, arguments)
        case "revoke":
            return _revoke(path, keys, arguments.id)
        case _:
            print("\n".join(describe(key) for key in keys) or "no keys")
            return 0


def _create(settings: Settings, path: Path, keys: list[ApiKey], arguments: argparse.Namespace) -> int:
    from api.dependencies import key_pepper  # noqa: PLC0415 - loads the whole composition root

    now = datetime.now(UTC)
    expires_at = now + timedelta(days=arguments.days) if arguments.days else None
    pepper = key_pepper(settings)
    text, key = mint_key(arguments.tenant, arguments.scope, pepper, now=now, note=arguments.note, expires_at=expires_at)
    write_keys(path, [*keys, key])
    print(describe(key), file=sys.stderr)
    print(text)
    return 0


def _revoke(path: Path, keys: list[ApiKey], key_id: str) -> int:
    if key_id not in {key.id for key in keys}:
        raise KeysUnusable("API_KEYS_FILE has no key with this id; `list` shows those there are.")
    now = datetime.now(UTC)
    write_keys(path, [msgspec.structs.replace(key, revoked_at=now) if key.id == key_id else key for key in keys])
    print(f"revoked {key_id}")
    return 0


def describe(key: ApiKey) -> str:
    """Write a key as one line, without its secret."""
    now = datetime.now(UTC)
    state = "usable" if key.is_usable(now) else "revoked" if key.revoked_at else "expired"
    expires = f"expires {key.expires_at:%Y-%m-%d}" if key.expires_at else "never expires"
    parts = [key.id, key.tenant, ",".join(key.scopes), f"created {key.created_at:%Y-%m-%d}", expires, state]
    return "  ".join([*parts, *([key.note] if key.note else [])])


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    try:
        return run_keys(settings, arguments)
    except ServiceError as error:
        raise CommandFailed(Exit.FAILED, error.detail) from None


KEYS = Command(
    "keys",
    "create, list and revoke API keys in API_KEYS_FILE",
    _describe,
    with_settings(_run),
    ("dicom-analysis keys create --tenant clinic --scope submit read", "dicom-analysis keys list"),
)
