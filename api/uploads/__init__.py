"""Receiving files: bodies stream to the storage as they come, raw or as multipart, never whole in memory.

Every byte is hashed once on its way. What is not DICOM is recognised by its first bytes and never stored. If a request
comes to nothing, everything it stored is erased again.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from fastapi import Request
from python_multipart.multipart import parse_options_header

from api.schemas.problem import FieldProblem, RequestRefused
from api.uploads.form import receive_form
from api.uploads.reception import REFUSALS, Limits, Received, Reception
from shared.storage.store import UploadStore

__all__ = ["Limits", "Received", "receive_uploads"]

RAW_TYPES = {"application/dicom", "application/zip", "application/octet-stream", ""}
"""Media types of a body that is one file; what it really is, is decided by its content."""


async def receive_uploads(request: Request, store: UploadStore, limits: Limits, sides: Sequence[str] = ()) -> Received:
    """Receive the files and options of a submission.

    Parameters
    ----------
    sides
        The parts of a form that must be there once each, where a file must say which side it is.

    Raises
    ------
    RequestRefused
        ``upload.too_large`` before the body is read to its end, ``upload.too_many_files``, ``upload.empty``,
        ``request.malformed``, ``request.bad_field``, ``request.unsupported_media_type``, and the code of the refusal
        where no file can be used. With sides ``compare.wrong_parts`` and ``compare.side_unreadable``. Nothing stays
        stored.
    TransientError
        Where the storage is full or away. Nothing stays stored.
    """
    media_type, parameters = parse_options_header(request.headers.get("content-type", ""))
    kind = media_type.decode("latin-1").lower()
    _check_announced_length(request, limits)
    reception = Reception(store, limits)
    try:
        body = _bounded(request.stream(), limits)
        if kind == "multipart/form-data":
            await receive_form(body, parameters.get(b"boundary"), reception, sides)
        elif kind in RAW_TYPES and not sides:
            await _receive_raw(body, reception)
        else:
            raise _unsupported(sides)
        received = await reception.finish()
        if sides:
            _require_every(received)
        else:
            _require_usable(received)
    except BaseException:  # whatever ended the request, its bytes go; the exception itself goes on
        await asyncio.shield(reception.abandon())
        raise
    return received


def _unsupported(sides: Sequence[str]) -> RequestRefused:
    parts = f"parts named {' and '.join(sides)}." if sides else "parts named file, or one file as application/dicom, "
    raw = "" if sides else "application/zip or application/octet-stream."
    return RequestRefused("request.unsupported_media_type", f"Send multipart/form-data with {parts}{raw}")


def _require_every(received: Received) -> None:
    errors = [
        FieldProblem(field=upload.side or "", detail=REFUSALS[upload.code])
        for upload in received.uploads
        if upload.code is not None
    ]
    if errors:
        text = "A comparison needs both sides; `errors` says what is wrong with which."
        raise RequestRefused("compare.side_unreadable", text, errors=errors)


def _require_usable(received: Received) -> None:
    if any(upload.location for upload in received.uploads):
        return
    if not received.uploads:
        raise RequestRefused("upload.empty", "The request has no file; send at least one part named file.")
    if len(received.uploads) == 1:
        [upload] = received.uploads
        assert upload.code is not None
        raise RequestRefused(upload.code, REFUSALS[upload.code])
    errors = [
        FieldProblem(field=f"file[{upload.index}]", detail=REFUSALS[upload.code])
        for upload in received.uploads[:100]
        if upload.code
    ]
    raise RequestRefused("dicom.none_readable", "None of the files is DICOM; `errors` names each.", errors=errors)


def _too_large(limits: Limits) -> RequestRefused:
    return RequestRefused(
        "upload.too_large",
        f"The body is larger than {limits.bytes} bytes; split the upload or ask the operator to raise "
        "MAX_UPLOAD_BYTES.",
        headers={"Connection": "close"},
    )


def _check_announced_length(request: Request, limits: Limits) -> None:
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limits.bytes:
        raise _too_large(limits)


async def _bounded(stream: AsyncIterator[bytes], limits: Limits) -> AsyncIterator[bytes]:
    total = 0
    async for chunk in stream:
        total += len(chunk)
        if total > limits.bytes:
            raise _too_large(limits)
        if chunk:
            yield chunk


async def _receive_raw(body: AsyncIterator[bytes], reception: Reception) -> None:
    reception.begin_file()
    async for chunk in body:
        reception.write(chunk)
        await reception.catch_up()
    await reception.end_file()
