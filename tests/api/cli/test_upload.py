"""The files of a submission."""

import os
from pathlib import Path

import pytest
from python_multipart.multipart import MultipartParser

from api.cli.command import CommandFailed, Exit
from api.cli.upload import Form, LocalFile, find_files


def make_form(files: list[LocalFile], **fields: str) -> Form:
    """A form whose progress nobody watches."""
    return Form(files, fields, on_bytes=lambda _: None, on_file=lambda: None)


def write(path: Path, content: bytes = b"x") -> Path:
    """A file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_folders_are_walked_in_a_stable_order(tmp_path: Path) -> None:
    """The same command sends the same files in the same order, or it would not be the same submission."""
    names = ["b/2", "b/10", "a/deep/down/1", "c"]
    for name in names:
        write(tmp_path / name)
    found = [str(file.path.relative_to(tmp_path)) for file in find_files([tmp_path])]
    assert found == ["c", "a/deep/down/1", "b/10", "b/2"]


def test_what_begins_with_a_dot_is_left_out_of_folders(tmp_path: Path) -> None:
    """Desktop systems leave hidden files beside the images."""
    write(tmp_path / ".DS_Store")
    write(tmp_path / ".hidden/1")
    image = write(tmp_path / "1")
    assert find_files([tmp_path]) == [LocalFile(image, 1)]


def test_a_file_given_by_name_is_always_sent(tmp_path: Path) -> None:
    """Who names a hidden file means it."""
    hidden = write(tmp_path / ".one")
    assert find_files([hidden]) == [LocalFile(hidden, 1)]


@pytest.mark.parametrize("name", ["missing", "empty", "pipe"])
def test_a_wrong_path_is_a_mistake_of_the_command_line(tmp_path: Path, name: str) -> None:
    """A path that is not there, a folder without files, and what is neither file nor folder."""
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CommandFailed) as caught:
        find_files([tmp_path / name])
    assert caught.value.code is Exit.USAGE


def test_the_announced_length_is_the_length_of_the_body(tmp_path: Path) -> None:
    """A server that is told too little or too much would wait or cut."""
    files = find_files(
        [write(tmp_path / "1", b"abc"), write(tmp_path / "2", b""), write(tmp_path / "3", bytes(600_000))]
    )
    form = make_form(files, client_reference="ris-42 ä")
    assert len(b"".join(form.stream())) == int(form.headers["Content-Length"])


def test_the_body_is_a_form_that_an_independent_parser_reads(tmp_path: Path) -> None:
    """python-multipart finds each part with its content."""
    form = make_form(find_files([write(tmp_path / "1", b"abc"), write(tmp_path / "2", b"--x\r\n")]), priority="urgent")
    parts: list[bytes] = []
    parser = MultipartParser(
        form.headers["Content-Type"].partition("boundary=")[2].encode(),
        {
            "on_part_begin": lambda: parts.append(b""),
            "on_part_data": lambda data, start, end: parts.append(parts.pop() + data[start:end]),
        },
    )
    parser.write(b"".join(form.stream()))
    parser.finalize()
    assert parts == [b"urgent", b"abc", b"--x\r\n"]


def test_a_files_name_is_not_sent(tmp_path: Path) -> None:
    """Names of files often hold names of patients."""
    body = b"".join(make_form(find_files([write(tmp_path / "Doe^Jane" / "Doe^Jane.dcm")])).stream())
    assert b"Doe" not in body


def test_a_file_that_shrinks_while_it_is_sent_ends_the_command(tmp_path: Path) -> None:
    """Half a file must not arrive as if it were whole."""
    path = write(tmp_path / "1", b"abcdef")
    files = find_files([path])
    path.write_bytes(b"abc")
    with pytest.raises(CommandFailed, match="became shorter"):
        b"".join(make_form(files).stream())


def test_a_file_that_grows_is_sent_as_it_was_found(tmp_path: Path) -> None:
    """The length was announced; what came later is not part of the submission."""
    path = write(tmp_path / "1", b"abc")
    form = make_form(find_files([path]))
    path.write_bytes(b"abcdef")
    body = b"".join(form.stream())
    assert (b"abc\r\n" in body, b"abcdef" in body) == (True, False)
