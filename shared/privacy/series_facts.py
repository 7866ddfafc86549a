"""The facts of one series: each line names what may leave and the table or unit it passes through."""

from shared.dicom.series import Cardiac, Respiratory, Series, Stack
from shared.dicom.values import Varying
from shared.privacy import coded_terms, product_names
from shared.privacy.acquisition_facts import add_acquisition
from shared.privacy.burned_in import judge_burned_in
from shared.privacy.fact import FactList
from shared.privacy.object_facts import add_objects
from shared.privacy.objects import is_image, name_object
from shared.privacy.vocabulary import Token, read_tokens


def count_images(series: Series) -> int:
    """Count the images of a series: frames where it has them, else instances; none for an object without images."""
    if not is_image(series.sop_class.uid, series.modality):
        return 0
    return series.frame_count or series.instance_count


def add_principal_series(facts: FactList, series: Series) -> None:
    """Add everything that may be said of the principal series, under keys without prefix."""
    _add_identity(facts, "", series)
    _put_term(facts, "patient_position", series.patient_position, coded_terms.PATIENT_POSITIONS)
    _add_equipment(facts, series)
    _add_image(facts, series)
    add_acquisition(facts, series.acquisition)
    _add_geometry(facts, series)
    if series.cardiac is not None:
        _add_cardiac(facts, series.cardiac)
    if series.respiratory is not None:
        _add_respiratory(facts, series.respiratory)
    _add_objects(facts, "", series)


def add_other_series(facts: FactList, prefix: str, series: Series) -> None:
    """Add the little that is said of a further series."""
    _add_identity(facts, prefix, series)
    stack = _main_stack(series)
    if stack is not None:
        _add_plane(facts, f"{prefix}geometry.", stack)
        facts.put_quantity(f"{prefix}geometry.slice_thickness_mm", stack.slice_thickness_mm, "mm")
    if series.cardiac is not None and series.cardiac.gated:
        facts.put_flag(f"{prefix}cardiac.gated", flag=True)
        facts.put_quantity(f"{prefix}cardiac.phase_percent", series.cardiac.phase_percent, "%")
        _add_label(facts, f"{prefix}cardiac.phase_label", series.cardiac.phase_label)
    _add_objects(facts, prefix, series)


def _add_objects(facts: FactList, prefix: str, series: Series) -> None:
    """Add the series' first object, and how many others there are; a dose only where one report states it."""
    if series.dose is not None:
        facts.put_quantity(f"{prefix}dose.dlp_mgy_cm", series.dose.dlp_mgy_cm, "mGy·cm")
        facts.put_count(f"{prefix}dose.events", series.dose.events, "exposures")
    if not series.further_objects:
        add_objects(facts, prefix, series)
    else:
        facts.put_count(f"{prefix}object_count", len(series.further_objects) + 1, "objects")


def _put_term(facts: FactList, key: str, term: str | None, table: dict[str, str]) -> None:
    word = term.strip().upper() if term is not None else ""
    if word in table:
        facts.put_word(key, word, table[word])


def _add_identity(facts: FactList, prefix: str, series: Series) -> None:
    _put_term(facts, f"{prefix}modality", series.modality, coded_terms.MODALITIES)
    facts.put_word(f"{prefix}object", name_object(series.sop_class.uid))
    _put_body_part(facts, f"{prefix}body_part", series.body_part)
    _put_term(facts, f"{prefix}laterality", series.laterality, coded_terms.LATERALITIES)
    if is_image(series.sop_class.uid, series.modality):
        facts.put_count(f"{prefix}image_count", count_images(series), "images")
    facts.put_words(f"{prefix}described_as", _tokens(series))
    if series.is_localizer:
        facts.put_flag(f"{prefix}is_localizer", flag=True)


def _put_body_part(facts: FactList, key: str, body_part: str | None) -> None:
    term = "".join(letter for letter in (body_part or "").upper() if letter.isalnum())
    _put_term(facts, key, term, coded_terms.BODY_PARTS)


def _tokens(series: Series) -> list[Token]:
    texts = (series.description, series.protocol_name, series.acquisition.get("sequence_name"))
    found = [token for text in texts if isinstance(text, str) for token in read_tokens(text)]
    return list(dict.fromkeys(found))


def _add_equipment(facts: FactList, series: Series) -> None:
    if series.equipment is None:
        return
    if series.equipment.manufacturer is not None:
        facts.put_word("manufacturer", product_names.name_vendor(series.equipment.manufacturer))
    if series.equipment.model is not None:
        facts.put_word("model", product_names.name_model(series.equipment.model))


def _add_image(facts: FactList, series: Series) -> None:
    image = series.image
    if image is not None:
        facts.put_count("image.rows", image.rows, "pixels")
        facts.put_count("image.columns", image.columns, "pixels")
        facts.put_quantity("image.pixel_spacing_mm", image.pixel_spacing_mm, "mm")
    if any(syntax.lossy for syntax in series.transfer_syntaxes):
        facts.put_flag("image.lossy_compression", flag=True)
    if judge_burned_in(series) is not None:
        facts.put_flag("image.may_show_identity", flag=True)


def _main_stack(series: Series) -> Stack | None:
    return series.geometry.stacks[0] if series.geometry is not None and series.geometry.stacks else None


def _add_plane(facts: FactList, prefix: str, stack: Stack) -> None:
    if stack.plane in coded_terms.PLANES:
        facts.put_word(f"{prefix}plane", stack.plane)


def _add_geometry(facts: FactList, series: Series) -> None:
    stack = _main_stack(series)
    if stack is None or series.geometry is None:
        return
    _add_plane(facts, "geometry.", stack)
    planes = [one.plane for one in series.geometry.stacks if one.plane in coded_terms.PLANES]
    if len(set(planes)) > 1:
        facts.put_words("geometry.planes", dict.fromkeys(planes))
    facts.put_count("geometry.positions", stack.positions, "slices")
    if stack.time_points > 1:
        facts.put_count("geometry.time_points", stack.time_points, "time points")
    facts.put_quantity("geometry.slice_thickness_mm", stack.slice_thickness_mm, "mm")
    facts.put_quantity("geometry.slice_spacing_mm", stack.slice_spacing_mm, "mm")
    facts.put_flag("geometry.is_uniform", flag=stack.is_uniform)
    facts.put_count("geometry.missing_slices", stack.missing_slices, "slices")
    facts.put_quantity("geometry.gantry_tilt_deg", stack.gantry_tilt_deg, "°")
    if stack.segments:
        thicknesses = [one.slice_thickness_mm for one in stack.segments if one.slice_thickness_mm is not None]
        facts.put_quantity("geometry.segment_thicknesses_mm", tuple(thicknesses), "mm")


def _add_label(facts: FactList, key: str, label: str | None) -> None:
    if label in coded_terms.PHASE_LABELS:
        facts.put_word(key, label)


def _add_cardiac(facts: FactList, cardiac: Cardiac) -> None:
    facts.put_flag("cardiac.gated", flag=cardiac.gated)
    if not cardiac.gated:
        return
    _put_term(facts, "cardiac.technique", cardiac.technique, coded_terms.GATING_TECHNIQUES)
    _put_term(facts, "cardiac.signal_source", cardiac.signal_source, coded_terms.SIGNAL_SOURCES)
    facts.put_quantity("cardiac.heart_rate_bpm", cardiac.heart_rate_bpm, "bpm")
    facts.put_quantity("cardiac.rr_interval_ms", cardiac.rr_interval_ms, "ms")
    facts.put_quantity("cardiac.trigger_delay_ms", cardiac.trigger_delay_ms, "ms")
    facts.put_quantity("cardiac.phase_percent", cardiac.phase_percent, "%")
    facts.put_quantity("cardiac.temporal_resolution_ms", cardiac.temporal_resolution_ms, "ms")
    _add_label(facts, "cardiac.phase_label", cardiac.phase_label)
    if len(cardiac.phases) > 1:
        facts.put_count("cardiac.phase_count", len(cardiac.phases), "phases")
        percents = [one.phase_percent for one in cardiac.phases if one.phase_percent is not None]
        if percents:
            facts.put_quantity("cardiac.phases_percent", Varying(min(percents), max(percents), tuple(percents)), "%")
        labels = [one.label for one in cardiac.phases if one.label in coded_terms.PHASE_LABELS]
        facts.put_words("cardiac.phase_labels", dict.fromkeys(labels))


def _add_respiratory(facts: FactList, respiratory: Respiratory) -> None:
    facts.put_flag("respiratory.compensated", flag=True)
    _put_term(facts, "respiratory.technique", respiratory.technique, coded_terms.RESPIRATORY_TECHNIQUES)
    _put_term(facts, "respiratory.signal_source", respiratory.signal_source, coded_terms.RESPIRATORY_SIGNALS)
    _put_term(facts, "respiratory.trigger_type", respiratory.trigger_type, coded_terms.RESPIRATORY_TRIGGERS)
    _put_term(facts, "respiratory.cycle_position", respiratory.cycle_position, coded_terms.RESPIRATORY_POSITIONS)
    _put_term(facts, "respiratory.starting_phase", respiratory.starting_phase, coded_terms.RESPIRATORY_PHASES)
    _put_term(facts, "respiratory.ending_phase", respiratory.ending_phase, coded_terms.RESPIRATORY_PHASES)
    facts.put_quantity("respiratory.interval_time_ms", respiratory.interval_time_ms, "ms")
    facts.put_quantity("respiratory.trigger_delay_ms", respiratory.trigger_delay_ms, "ms")
    facts.put_quantity("respiratory.phase_percent", respiratory.phase_percent, "%")
