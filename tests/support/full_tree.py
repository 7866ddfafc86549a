"""A study in which every field of every type of the result is set, built from the types themselves.

A field that somebody adds to the result is part of it at once, so no list has to be kept.
"""

import types
from collections.abc import Callable, Iterator
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from shared.dicom.modalities import MODALITIES
from shared.dicom.study import Study
from shared.dicom.values import Value

TABLE_KEYS = tuple(
    dict.fromkeys(
        key.removeprefix("acquisition.")
        for one in MODALITIES.values()
        for key in (*(row.key for row in one.parameters), *(key for rule in one.rules for key in rule.keys))
    )
)
"""Every key of every modality's tables, under the name it has in the result."""

ACQUISITION_KEYS = (*TABLE_KEYS, "dlp_mgy_cm")
"""The same with the one that comes from private elements."""


_NUMBERS: dict[type, bool | int | float] = {int: 3, float: 1.5, bool: True}


def full_study(next_text: Callable[[], str]) -> Study:
    """Build the study; ``next_text`` gives each text, acquisition values included."""
    built = _build(Study, next_text)
    assert isinstance(built, Study)
    return built


def _build(kind: Any, text: Callable[[], str]) -> Any:  # Any: types are walked as they come
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = get_type_hints(kind)
        return kind(**{name: _build(hints[name], text) for name in kind.__struct_fields__})
    origin, parts = get_origin(kind), get_args(kind)
    if kind == Value:
        return text()
    if origin in {Union, types.UnionType}:
        return _build(next(part for part in parts if part is not types.NoneType), text)
    if origin is tuple:
        return tuple(_build(part, text) for part in parts if part is not Ellipsis)
    if origin is dict:
        keys = (*ACQUISITION_KEYS, text()) if parts[1] == Value else (text(),)
        return {key: _build(parts[1], text) for key in keys}
    return text() if kind is str else _NUMBERS[kind]


def keys_of(value: Any, place: str = "") -> Iterator[str]:  # Any: a walk over plain JSON values
    """Give the dotted keys of a result's values; ``[]`` stands for the places of a list."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from keys_of(part, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from keys_of(part, f"{place}[]") if isinstance(part, dict | list | tuple) else iter((place,))
    else:
        yield place
