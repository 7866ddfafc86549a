"""The end of an archive, read at the door and by the worker. Archives are made by CPython's zipfile."""

import pytest

from shared.archives.end_record import MAX_TAIL_BYTES, check_tail
from shared.errors import DataError
from tests.support.archives import listed, make_zip, make_zip64

TWO = make_zip(("a", b"first"), ("b", b"second"))


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        (b"PK\x03\x04" + bytes(200), "upload.archive_damaged"),
        (TWO[:-1], "upload.archive_damaged"),
        (make_zip(), "upload.archive_empty"),
    ],
)
def test_the_door_refuses_what_ends_wrongly(tail: bytes, code: str) -> None:
    """A cut and an empty archive show in their last bytes."""
    with pytest.raises(DataError) as caught:
        check_tail(tail[-MAX_TAIL_BYTES:])
    assert caught.value.code == code


@pytest.mark.parametrize("content", [TWO, make_zip64("a", b"content"), make_zip(("a", b"x"), comment=bytes(65535))])
def test_the_door_lets_whole_archives_in(content: bytes) -> None:
    """Nothing else is asked of them before they are stored."""
    check_tail(content[-MAX_TAIL_BYTES:])


def test_bytes_after_the_end_are_passed_over() -> None:
    """Some senders pad what they transfer, even with what looks like a record that is cut short."""
    assert len(listed(make_zip(("a", b"x")) + b"padding PK\x05\x06").members) == 1


def test_of_two_records_with_room_behind_them_the_last_counts() -> None:
    """Two archives one after the other are the second one, as every reader has it."""
    content = make_zip(("a", b"x")) + make_zip(("b", b"y"), ("c", b"z")) + b"padding"
    assert len(listed(content).members) == 2


@pytest.mark.parametrize("comment", [b"PK\x05\x06" + bytes(18) + b"rest", b"PK\x05\x06" + bytes(14) + b"\xff\xff"])
def test_a_comment_that_looks_like_an_end_is_none(comment: bytes) -> None:
    """The record whose comment reaches to the archive's end is the one."""
    assert len(listed(make_zip(("a", b"x"), comment=comment)).members) == 1
