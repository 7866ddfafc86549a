"""The port to the model costs nothing to import, and its errors tell what to do."""

import subprocess
import sys
from datetime import timedelta

from shared.errors import ErrorKind
from shared.llm.client import ModelUnavailable, ModelUnusable, WaitReason


def test_the_port_loads_no_vendor_sdk() -> None:
    """Everything but the one adapter can be imported without loading the SDK, which takes seconds."""
    modules = "shared.llm.model_calls, shared.llm.adapters.redis_rate_limiter, shared.summaries.drafting"
    code = f"import sys, {modules}; sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_waiting_is_transient_and_a_wrong_key_is_not() -> None:
    """The kind of the error alone tells whether to try again."""
    assert ModelUnavailable(WaitReason.OUTAGE, timedelta()).kind is ErrorKind.TRANSIENT
    assert ModelUnusable("model.bad_key").kind is ErrorKind.DATA
    assert "ANTHROPIC_API_KEY" in ModelUnusable("model.bad_key").detail
