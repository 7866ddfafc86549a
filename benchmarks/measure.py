"""What the measurements share: a running service, percentiles, memory and how a finding is written down."""

import math
from collections.abc import Sequence

import psutil
from msgspec import Struct

from tests.support.service import Service


class Finding(Struct, frozen=True):
    """One measured figure: what, how much, compared with what, and by which command."""

    measure: str
    figure: str
    compared_with: str
    command: str


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which a share of the values lies, by the nearest-rank method."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def api_process(service: Service) -> psutil.Process:
    """Find the api among the stack's processes."""
    children = psutil.Process(service.process.pid).children()
    return next(child for child in children if "api.main" in child.cmdline())


def resident_mb(process: psutil.Process) -> float:
    """Give resident memory in MB."""
    return float(process.memory_info().rss) / 1e6
