"""What is compared between two series: each quantity with its words, its unit and the group it matters for.

Only what is named here is compared. No identity is: neither a patient, a date, a description nor a UID.
"""

from enum import StrEnum

from msgspec import Struct

from shared.dicom.series import Series
from shared.dicom.values import Value


class Group(StrEnum):
    """What a difference matters for."""

    PROTOCOL = "protocol"
    GEOMETRY = "geometry"
    DOSE = "dose"
    CARDIAC_TIMING = "cardiac_timing"
    EQUIPMENT = "equipment"


class Quantity(Struct, frozen=True):
    """One line of the comparison; ``key`` is the place in a series of the result.

    Places below ``geometry`` are those of the largest stack.
    """

    key: str
    label: str
    group: Group
    unit: str | None = None

    def read(self, series: Series) -> Value | None:
        """Give the value of a series; None where it does not have it, or does not state it."""
        block, _, name = self.key.partition(".")
        if block == "acquisition":
            return series.acquisition.get(name)
        holder: object = getattr(series, block)
        if block == "geometry":
            holder = series.geometry.stacks[0] if series.geometry is not None and series.geometry.stacks else None
        value: Value | None = holder if not name else getattr(holder, name, None)  # type: ignore[assignment]  # by name
        return None if value == () else value


def _lines(group: Group, *lines: tuple[str, str, str | None]) -> tuple[Quantity, ...]:
    return tuple(Quantity(key, label, group, unit) for key, label, unit in lines)


QUANTITIES = (
    *_lines(
        Group.PROTOCOL,
        ("acquisition.kvp_kv", "tube voltage", "kV"),
        ("acquisition.tube_current_ma", "tube current", "mA"),
        ("acquisition.exposure_time_ms", "exposure time", "ms"),
        ("acquisition.exposure_mas", "exposure", "mAs"),
        ("acquisition.pitch", "pitch", None),
        ("acquisition.rotation_time_s", "rotation time", "s"),
        ("acquisition.total_collimation_width_mm", "collimation", "mm"),
        ("acquisition.reconstruction_diameter_mm", "reconstruction diameter", "mm"),
        ("acquisition.convolution_kernel", "reconstruction kernel", None),
        ("acquisition.field_strength_t", "field strength", "T"),
        ("acquisition.repetition_time_ms", "repetition time", "ms"),
        ("acquisition.echo_time_ms", "echo time", "ms"),
        ("acquisition.inversion_time_ms", "inversion time", "ms"),
        ("acquisition.flip_angle_deg", "flip angle", "°"),
        ("acquisition.echo_train_length", "echo train length", None),
        ("acquisition.number_of_averages", "number of averages", None),
        ("acquisition.pixel_bandwidth_hz_per_px", "pixel bandwidth", "Hz/px"),
        ("acquisition.parallel_reduction_factor", "parallel reduction factor", None),
        ("acquisition.frame_duration_ms", "frame duration", "ms"),
        ("acquisition.frame_time_ms", "frame time", "ms"),
        ("acquisition.transducer_frequency_mhz", "transducer frequency", "MHz"),
        ("acquisition.compression_force_n", "compression force", "N"),
        ("patient_position", "patient position", None),
    ),
    *_lines(
        Group.GEOMETRY,
        ("geometry.plane", "plane", None),
        ("geometry.slice_thickness_mm", "slice thickness", "mm"),
        ("geometry.slice_spacing_mm", "slice spacing", "mm"),
        ("geometry.positions", "slice positions", "slices"),
        ("geometry.missing_slices", "missing slices", "slices"),
        ("geometry.gantry_tilt_deg", "gantry tilt", "°"),
        ("image.rows", "rows", "pixels"),
        ("image.columns", "columns", "pixels"),
        ("image.pixel_spacing_mm", "pixel spacing", "mm"),
    ),
    *_lines(
        Group.DOSE,
        ("acquisition.ctdi_vol_mgy", "dose index (CTDIvol)", "mGy"),
        ("dose.dlp_mgy_cm", "dose length product", "mGy·cm"),
        ("acquisition.dose_area_product_dgy_cm2", "dose area product", "dGy·cm²"),
        ("acquisition.organ_dose_dgy", "organ dose", "dGy"),
        ("acquisition.entrance_dose_mgy", "entrance dose", "mGy"),
        ("acquisition.injected_dose_mbq", "injected activity", "MBq"),
    ),
    *_lines(
        Group.CARDIAC_TIMING,
        ("cardiac.gated", "timed to the heartbeat", None),
        ("cardiac.technique", "gating technique", None),
        ("cardiac.heart_rate_bpm", "heart rate", "bpm"),
        ("cardiac.rr_interval_ms", "R-R interval", "ms"),
        ("cardiac.trigger_delay_ms", "trigger delay", "ms"),
        ("cardiac.phase_percent", "cardiac phase", "%"),
        ("cardiac.phase_label", "cardiac phase in words", None),
        ("cardiac.temporal_resolution_ms", "temporal resolution", "ms"),
    ),
    *_lines(
        Group.EQUIPMENT,
        ("equipment.manufacturer", "manufacturer", None),
        ("equipment.model", "model", None),
        ("equipment.software_versions", "software versions", None),
    ),
)
"""Every quantity, in the order in which differences are told."""
