"""``.env.example`` tells the truth about the settings."""

from pathlib import Path

from shared.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def listed() -> dict[str, str]:
    """The settings that the example names."""
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_every_setting_is_named() -> None:
    """No setting is hidden and none is invented."""
    assert set(listed()) == {name.upper() for name in Settings.model_fields}


def test_the_example_holds_the_defaults() -> None:
    """Copying the example unchanged changes nothing."""
    given = Settings.model_validate({name.lower(): value for name, value in listed().items()})
    assert given == Settings.model_validate({})
