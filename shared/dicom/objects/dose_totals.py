"""Whether a dose report agrees with itself: its total is the sum of its events (PS3.16 TID 10002 and 10012)."""

from collections.abc import Sequence

from shared.dicom.objects.ledger import Ledger


def check_total(total: float | None, parts: Sequence[float | None], allowed: float, ledger: Ledger) -> None:
    """Compare a stated total with the events.

    Parameters
    ----------
    parts
        One per event, None where the event states nothing: a scout often has no dose. Then only a sum
        beyond the total is a contradiction.
    allowed
        Difference that rounding explains, in the total's unit.
    """
    stated = [part for part in parts if part is not None]
    if total is None or not stated:
        return
    excess = sum(stated) - total
    if excess > allowed or (len(stated) == len(parts) and -excess > allowed):
        text = "The doses of the irradiation events do not add up to the stated total; both are given."
        ledger.find("dose.total_differs", text)
