"""Findings: oddities of the input, reported as data in the result instead of log lines."""

from msgspec import Struct


class Finding(Struct, frozen=True, omit_defaults=True):
    """One oddity that a reader of the result should know.

    ``code`` is stable, lower-case and dotted. ``detail`` is a plain sentence for a human that never holds
    an element's value. ``where`` is the path of the place in the result (``studies[0].series[1]``).
    """

    code: str
    detail: str
    where: str | None = None
