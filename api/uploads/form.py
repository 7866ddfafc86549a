"""multipart/form-data (RFC 7578), parsed as it streams in."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.schemas.problem import FieldProblem, RequestRefused
from api.uploads.reception import Reception

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILE_FIELDS = {"file", "files", "files[]"}
"""Names of the parts that are files."""

OPTION_FIELDS = {"client_reference", "callback_url", "callback_events", "priority"}
"""Names of the parts that are text."""

MAX_OPTION_BYTES = 4096
"""Longest text part."""


async def receive_form(
    body: AsyncIterator[bytes], boundary: bytes | None, reception: Reception, sides: Sequence[str] = ()
) -> None:
    """Receive the parts of a form; with ``sides``, the files are exactly these parts, once each."""
    if not boundary:
        raise RequestRefused("request.malformed", "The multipart body has no boundary in its Content-Type.")
    form = _Form(reception, sides)
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async for chunk in body:
            parser.write(chunk)
            await form.serve()
            await reception.catch_up()
        parser.finalize()
    except FormParserError as error:
        raise RequestRefused("request.malformed", "The multipart body is not well formed.") from error
    if not form.is_complete:
        raise RequestRefused("request.malformed", "The multipart body ends before its closing boundary.")
    if form.open_sides:
        raise refuse_parts(sides, [FieldProblem(field=side, detail="Missing.") for side in form.open_sides])


def refuse_parts(sides: Sequence[str], errors: list[FieldProblem]) -> RequestRefused:
    """Refuse a form whose files are not one for each side."""
    names = " and ".join(f"one named {side}" for side in sides)
    detail = f"Send exactly two file parts, {names}; each is a DICOM object or a ZIP archive of them."
    return RequestRefused("compare.wrong_parts", detail, errors=errors)


class _Form:
    """Gathers what the parser's callbacks report, so that it can be served where awaiting is possible."""

    def __init__(self, reception: Reception, sides: Sequence[str]) -> None:
        self._reception = reception
        self._sides = tuple(sides)
        self.open_sides = list(sides)
        self._steps: list[tuple[str, bytes]] = []
        self._header: tuple[bytes, bytes] = (b"", b"")
        self._disposition = b""
        self._option: str | None = None
        self._text = b""
        self.is_complete = False

    def callbacks(self) -> "MultipartCallbacks":
        def part(name: str) -> Callable[[], None]:
            return lambda: self._steps.append((name, b""))

        def data(name: str) -> Callable[[bytes, int, int], None]:
            return lambda content, start, end: self._steps.append((name, content[start:end]))

        return {
            "on_part_begin": part("begin"),
            "on_header_field": data("field"),
            "on_header_value": data("value"),
            "on_header_end": part("header"),
            "on_headers_finished": part("headers"),
            "on_part_data": data("data"),
            "on_part_end": part("end"),
            "on_end": part("complete"),
        }

    async def serve(self) -> None:
        steps, self._steps = self._steps, []
        for step, content in steps:
            match step:
                case "begin":
                    self._disposition = b""
                case "field":
                    self._header = (self._header[0] + content, self._header[1])
                case "value":
                    self._header = (self._header[0], self._header[1] + content)
                case "header":
                    if self._header[0].lower() == b"content-disposition":
                        self._disposition = self._header[1]
                    self._header = (b"", b"")
                case "headers":
                    self._open_part()
                case "data":
                    self._take(content)
                case "end":
                    await self._close_part()
                case _:
                    self.is_complete = True

    def _open_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        self._option, self._text = None, b""
        if self._sides and (name in self._sides or name in FILE_FIELDS):
            self._open_side(name)
        elif name in FILE_FIELDS:
            self._reception.begin_file()
        elif name in OPTION_FIELDS and b"filename" not in options:
            self._option = name
        else:
            allowed = ", ".join(sorted((set(self._sides) or FILE_FIELDS) | OPTION_FIELDS))
            problem = FieldProblem(field="multipart", detail=f"A part has another name than {allowed}.")
            raise RequestRefused("request.bad_field", "The form has a part that is not known.", errors=[problem])

    def _open_side(self, name: str) -> None:
        if name not in self.open_sides:
            detail = "Sent twice." if name in self._sides else "Does not say which side it is."
            raise refuse_parts(self._sides, [FieldProblem(field=name, detail=detail)])
        self.open_sides.remove(name)
        self._reception.begin_file(name)

    def _take(self, content: bytes) -> None:
        if self._option is None:
            self._reception.write(content)
            return
        self._text += content
        if len(self._text) > MAX_OPTION_BYTES:
            problem = FieldProblem(field=self._option, detail=f"Longer than {MAX_OPTION_BYTES} bytes.")
            raise RequestRefused("request.bad_field", "A text field is too long.", errors=[problem])

    async def _close_part(self) -> None:
        if self._option is None:
            await self._reception.end_file()
        else:
            self._reception.options[self._option] = self._text.decode("utf-8", "replace")
