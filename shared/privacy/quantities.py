"""The numbers that may leave the service, key by key, with their unit and how they are written.

An acquisition key that is not listed stays behind: a new quantity of the extraction is withheld until somebody decides
here that it identifies nobody (a body weight does).
"""

import math

from shared.dicom.values import Varying

UNITS = {
    # CT, PS3.3 C.8.2.1 and C.8.15.3
    "kvp_kv": "kV",
    "tube_current_ma": "mA",
    "exposure_time_ms": "ms",
    "exposure_mas": "mAs",
    "ctdi_vol_mgy": "mGy",
    "dlp_mgy_cm": "mGy·cm",
    "pitch": None,
    "rotation_time_s": "s",
    "table_speed_mm_per_s": "mm/s",
    "table_feed_per_rotation_mm": "mm",
    "single_collimation_width_mm": "mm",
    "total_collimation_width_mm": "mm",
    "data_collection_diameter_mm": "mm",
    "reconstruction_diameter_mm": "mm",
    "spacing_between_slices_mm": "mm",
    "focal_spots_mm": "mm",
    "estimated_dose_saving_percent": "%",
    # Contrast, C.7.6.4 and C.7.6.4b
    "contrast_volume_ml": "ml",
    "contrast_total_dose_ml": "ml",
    "contrast_flow_rate_ml_per_s": "ml/s",
    "contrast_flow_duration_s": "s",
    "contrast_concentration_mg_per_ml": "mg/ml",
    # MR, C.8.3.1 and C.8.13
    "field_strength_t": "T",
    "repetition_time_ms": "ms",
    "echo_time_ms": "ms",
    "inversion_time_ms": "ms",
    "flip_angle_deg": "°",
    "echo_train_length": None,
    "number_of_averages": None,
    "pixel_bandwidth_hz_per_px": "Hz/px",
    "imaging_frequency_mhz": "MHz",
    "b_values_s_mm2": "s/mm²",
    "sar_w_per_kg": "W/kg",
    "velocity_encoding_cm_per_s": "cm/s",
    "velocity_encoding_minimum_cm_per_s": "cm/s",
    "parallel_reduction_factor": None,
    # PT and NM, C.8.9 and C.8.4
    "injected_dose_mbq": "MBq",
    "half_life_s": "s",
    "frame_duration_ms": "ms",
    "counts_accumulated": "counts",
    "energy_window_lower_kev": "keV",
    "energy_window_upper_kev": "keV",
    "number_of_energy_windows": "energy windows",
    "number_of_detectors": "detectors",
    "number_of_rotations": "rotations",
    "number_of_rr_intervals": "heartbeats",
    "number_of_slices": "slices",
    "time_slots": "time slots",
    # XA, RF, US, C.8.7, C.8.19 and C.8.5
    "primary_angle_deg": "°",
    "secondary_angle_deg": "°",
    "frame_time_ms": "ms",
    "frame_rate_fps": "frames/s",
    "cine_rate_fps": "frames/s",
    "recommended_display_rate_fps": "frames/s",
    "pulse_width_ms": "ms",
    "dose_area_product_dgy_cm2": "dGy·cm²",
    "source_to_detector_mm": "mm",
    "source_to_patient_mm": "mm",
    "magnification_factor": None,
    "intensifier_size_mm": "mm",
    "field_of_view_mm": "mm",
    "transducer_frequency_mhz": "MHz",
    "mechanical_index": None,
    "thermal_index": None,
    "bone_thermal_index": None,
    "cranial_thermal_index": None,
    "depth_of_scan_field_mm": "mm",
    "region_spacing_mm": "mm",
    "number_of_stages": "stages",
    "temporal_position_offset_s": "s",
    # MG, DX, CR, C.8.11
    "compression_force_n": "N",
    "body_part_thickness_mm": "mm",
    "organ_dose_dgy": "dGy",
    "entrance_dose_mgy": "mGy",
    "exposure_uas": "µAs",
    "relative_x_ray_exposure": None,
    "exposure_index": None,
    "target_exposure_index": None,
    "deviation_index": None,
    "sensitivity": None,
    "imager_pixel_spacing_mm": "mm",
}
"""Acquisition keys whose numbers may leave, with their unit; None where the number has none."""

MAX_LISTED = 8
"""Distinct values up to which all are given; above, only the range is."""

LARGEST = 1e9
"""Numbers beyond are no quantity of an image; digits of an identifier might hide there."""


def tidy_number(value: float) -> float | None:
    """Round to what a reader can use: four digits, whole numbers from 1000 on; None where it is no quantity."""
    if not math.isfinite(value) or abs(value) >= LARGEST:
        return None
    rounded = float(f"{value:.4g}") if abs(value) < 1000 else float(round(value))
    return int(rounded) if rounded.is_integer() else rounded


def write_number(value: float) -> str:
    """Write a tidy number without exponent or trailing zeros."""
    return str(int(value)) if value == int(value) else f"{value:.10f}".rstrip("0")


def write_quantity(value: float, unit: str | None) -> str:
    """Write a number with its unit, ``70 %`` and ``2.5 mm`` but ``12°``."""
    number = write_number(value)
    if unit is None:
        return number
    return f"{number}{unit}" if unit == "°" else f"{number} {unit}"


def range_of(value: Varying) -> tuple[float, float] | None:
    """Give the tidy ends of a varying quantity; None where either is no quantity."""
    low, high = tidy_number(value.min), tidy_number(value.max)
    return None if low is None or high is None else (low, high)
