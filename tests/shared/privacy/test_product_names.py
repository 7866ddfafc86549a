"""Vendors, models and kernels pass only as known product names."""

import pytest

from shared.privacy.product_names import name_kernel, name_model, name_vendor


@pytest.mark.parametrize(
    ("manufacturer", "vendor"),
    [
        ("GE MEDICAL SYSTEMS", "GE"),
        ("SIEMENS", "Siemens"),
        ("Siemens Healthineers", "Siemens"),
        ("Philips Medical Systems", "Philips"),
        ("TOSHIBA_MEC", "Toshiba"),
        ("United Imaging Healthcare", "United Imaging"),
        ("HOLOGIC, Inc.", "Hologic"),
        ("St Mary's Hospital", "other"),
        ("", "other"),
    ],
)
def test_unknown_manufacturers_become_other(manufacturer: str, vendor: str) -> None:
    """A vendor that we know is named as everybody spells it; anything else is "other"."""
    assert name_vendor(manufacturer) == vendor


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("LightSpeed Ultra", "LightSpeed Ultra"),
        ("Sensation 16", "Sensation 16"),
        ("Vivid E95", "Vivid E95"),
        ("SOMATOM Definition AS+", "SOMATOM Definition"),
        ("Ingenia of Dr Miller", "Ingenia"),
        ("John Miller", None),
        ("16 Miller", None),
        ("LightSpeed <script>", None),
        ("", None),
        ("x" * 41, None),
    ],
)
def test_models_keep_only_words_of_known_products(model: str, name: str | None) -> None:
    """A scanner's model is told by its product words; a name typed into that field is dropped."""
    assert name_model(model) == name


@pytest.mark.parametrize(
    ("kernel", "name"),
    [
        ("B30f", "B30f"),
        ("FC08", "FC08"),
        ("Br36d", "Br36d"),
        ("standard", "STANDARD"),
        ("Miller", None),
        ("1234567", None),
    ],
)
def test_kernels_are_short_codes_or_known_words(kernel: str, name: str | None) -> None:
    """A reconstruction kernel passes as the vendor's short code, anything longer does not."""
    assert name_kernel(kernel) == name
