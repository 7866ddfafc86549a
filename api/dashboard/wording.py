"""Every word that stands for a code or a state, in tables: a page says nothing that is not here or in the record.

Plain enough for a reader who has never seen the API; what to do stands beside what happened.
"""

from collections.abc import Mapping

from msgspec import Struct

from shared.formats import FormatName
from shared.jobs.job import Job, JobKind, JobStatus, Stage, StageProgress
from shared.jobs.parameters import SIDES
from shared.jobs.queue import DELIVER
from shared.jobs.renditions import RENDER


class State(Struct, frozen=True):
    """How a job's state is shown: a mark and words, so that colour is never needed; ``tone`` names the style."""

    mark: str
    words: str
    tone: str


_STATES: dict[JobStatus, State] = {
    JobStatus.QUEUED: State("…", "Waiting to start", "waiting"),
    JobStatus.RUNNING: State("▸", "In progress", "running"),
    JobStatus.SUCCEEDED: State("✓", "Done", "good"),
    JobStatus.FAILED: State("✕", "Could not be done", "bad"),
    JobStatus.CANCELED: State("–", "Canceled", "quiet"),
}
_PARTIAL = State("!", "Done, but some files could not be used", "warn")

KINDS: dict[JobKind, str] = {
    JobKind.ANALYZE: "Details only",
    JobKind.SUMMARIZE: "Summary and details",
    JobKind.FHIR: "Details for other systems",
    JobKind.COMPARE: "Comparison of two uploads",
}

FORMAT_WORDS: dict[FormatName, str] = {
    FormatName.JSON: "Everything (JSON)",
    FormatName.CSV: "A table (CSV)",
    FormatName.FHIR: "For hospital systems (FHIR)",
    FormatName.DICOM_JSON: "The headers (DICOM JSON)",
}

SIDE_WORDS: dict[str, str] = dict(zip(SIDES, ("First upload", "Second upload"), strict=True))

GROUPS: dict[str, str] = {
    "protocol": "How the images were taken",
    "geometry": "Slices and pixels",
    "dose": "Dose",
    "cardiac_timing": "Heart timing",
    "equipment": "Scanner",
}
"""What a difference matters for, by the result's word."""

STAGES: dict[Stage, str] = {
    Stage.EXTRACT: "Reading the files",
    Stage.ASSEMBLE: "Putting the study together",
    Stage.SUMMARIZE: "Writing the summary",
}

STAGE_STATES: dict[str, str] = {
    "queued": "waiting",
    "running": "in progress",
    "succeeded": "done",
    "failed": "could not be done",
    "canceled": "canceled",
}

WAITS: dict[str, str] = {
    "rate_limited": "The language model is busy; it will be asked again.",
    "concurrency": "Many summaries are being written at this moment; this one has its turn soon.",
    "model_overloaded": "The language model is overloaded; it will be asked again.",
    "model_outage": "The language model cannot be reached; it will be asked again.",
    "model_spend_cap": "The account of the language model has reached its limit.",
    "model_budget": "The day's budget for the language model is used up.",
    "same_question_running": "The same summary is being written for another upload.",
}

CAUSES: dict[str, str] = {
    "dicom.none_readable": "None of the files could be read as DICOM.",
    "dicom.not_dicom": "This file is not a DICOM file.",
    "job.attempts_exhausted": "Reading these files ended without an answer each time it was tried.",
    "job.unknown": "There is no job at this address. The address may not be complete, or the job is not one of yours.",
    "job.gone": "This job was deleted, or the time for which it is kept is over. If you need it, send the files again.",
    "job.deadline_exceeded": "The job was not done in the time that it had.",
}
"""What happened, where the record's own sentence is written for programmers."""

ADVICE: dict[str, str] = {
    "dicom.none_readable": "Check that the folder holds DICOM images, as exported from the scanner or the archive, and "
    "send it again.",
    "dicom.not_dicom": "Leave this file out, or export the study as DICOM again.",
    "upload.archive_damaged": "Make the ZIP anew and send it again.",
    "upload.archive_empty": "The ZIP holds no file; check it and send it again.",
    "upload.archive_split": "Make one ZIP of the whole study instead of several parts.",
    "upload.archive_overlapping": "Make the ZIP anew with another program.",
    "upload.archive_expands_too_far": "Send the folder itself instead of the ZIP.",
    "upload.too_many_files": "Send the study in smaller parts.",
    "upload.too_large": "Send the study in smaller parts.",
    "job.attempts_exhausted": "Try again once. If it fails again, send the files in smaller groups to find the one at "
    "fault.",
    "job.deadline_exceeded": "Try again when the service is less busy.",
    "storage.missing": "Send the files again.",
    "storage.unavailable": "Try again in a few minutes; if it stays like this, call the operator of this service.",
    "storage.full": "Call the operator of this service: there is no space left.",
}
"""What a reader does about a code; what happened is said by the record's own sentence."""

GENERAL_ADVICE = "Try again. If it stays like this, call the operator of this service and give the code."

SOURCES: dict[str, str] = {
    "claude": "Worded by Claude from the facts below, and checked against them",
    "template": "Put together from the facts below by fixed sentences, without a language model",
}

TEMPLATE_REASONS: dict[str, str] = {
    "model.not_configured": "No language model is set up here.",
    "model.egress_off": "This installation sends nothing to a language model.",
    "model.ungrounded": "The language model's text said something that the facts do not bear out, so it was not used.",
    "model.refused": "The language model declined to write this summary.",
    "model.budget_spent": "The day's budget for the language model was used up.",
    "model.budget": "The day's budget for the language model was used up.",
}
TEMPLATE_REASON = "The language model gave no usable answer."

EVENTS: dict[str, str] = {
    "job.started": "Work has begun",
    "job.extracted": "Files were read",
    "job.succeeded": "Job is done",
    "job.failed": "Job could not be done",
    "job.canceled": "Job was canceled",
    "webhook.test": "Test message",
}

DELIVERY_STATES: dict[str, State] = {
    "waiting": State("…", "Waiting to be sent", "waiting"),
    "sending": State("▸", "Being sent", "running"),
    "delivered": State("✓", "Arrived", "good"),
    "failed": State("✕", "Not delivered", "bad"),
}

DELIVERY_ERRORS: dict[str, str] = {
    "name_not_resolved": "the receiver's name is unknown",
    "target_refused": "the receiver's address is not allowed here",
    "connection_failed": "the receiver could not be reached",
    "tls_failed": "no secure connection",
    "timed_out": "no answer in time",
    "bad_response": "the answer made no sense",
    "redirected": "the receiver sent us elsewhere",
    "throttled": "the receiver asked for patience",
    "gone": "the receiver wants no more messages",
    "refused": "the receiver refused the message",
    "receiver_error": "the receiver had an error",
    "unsigned": "there is no secret to sign with",
    "worker_lost": "sending was interrupted",
    "overdue": "it took too long",
    "job_deleted": "the job was deleted",
    "endpoint_disabled": "the receiver is switched off",
    "endpoint_removed": "the receiver was removed",
}

ROLES: dict[str, str] = {
    "extract": "Reads files",
    "network": "Writes summaries",
    "deliver": "Sends messages to other systems",
    "sweeper": "Watches over all work",
}

QUEUES: dict[str, str] = {
    **{stage.value: words for stage, words in STAGES.items()},
    RENDER: "Making pictures",
    DELIVER: "Sending messages to other systems",
}

WITHHELD: dict[str, str] = {
    "free_text": "free text, which may name a person",
    "identifier": "identifies a person, a study or a place",
    "date_or_time": "a date or a time",
    "about_the_person": "describes the person, not the images",
    "not_needed": "not needed for a summary",
    "not_listed": "not on the list of what may leave",
}

MODALITIES: dict[str, str] = {
    "CT": "CT scan",
    "MR": "MR scan",
    "PT": "PET scan",
    "NM": "Nuclear medicine",
    "US": "Ultrasound",
    "XA": "X-ray angiography",
    "RF": "Fluoroscopy",
    "DX": "X-ray image",
    "CR": "X-ray image",
    "MG": "Mammogram",
    "SR": "Report",
    "ECG": "Electrocardiogram",
    "DOC": "Document",
    "SEG": "Segmentation",
    "KO": "Key images",
    "PR": "Display settings",
    "SM": "Microscope slide",
    "RTSTRUCT": "Radiotherapy structures",
    "RTPLAN": "Radiotherapy plan",
    "RTDOSE": "Radiotherapy dose",
}


STATUS_WORDS: dict[JobStatus, str] = {status: state.words for status, state in _STATES.items()}
"""The states by which a list is narrowed."""


def state_of(job: Job) -> State:
    """Give how a job's state is shown."""
    if job.status is JobStatus.SUCCEEDED and job.partial:
        return _PARTIAL
    return _STATES[job.status]


def progress_of(job: Job) -> str | None:
    """Say where a live job is, in one phrase; None for one that has ended."""
    if job.status.is_terminal:
        return None
    stage = next((stage for stage in job.stages if stage.status != "succeeded"), None)
    return None if stage is None else stage_progress(stage)


def stage_progress(stage: StageProgress) -> str:
    """Say how far a stage is."""
    words = STAGES[stage.stage]
    if stage.reason is not None:
        return f"{words}: waiting. {WAITS.get(stage.reason, 'It will be tried again.')}"
    if stage.queue_position is not None:
        return f"{words}: place {stage.queue_position} in the queue"
    if stage.total is not None and stage.status == "running":
        return f"{words}: {stage.completed or 0} of {stage.total}"
    return f"{words}: {STAGE_STATES.get(stage.status, stage.status)}"


def cause_of(code: str, detail: str) -> str:
    """Say what happened: in words of our own, else in the record's."""
    return CAUSES.get(code, detail)


def advice_for(code: str) -> str:
    """Say what a reader does about a code."""
    return ADVICE.get(code, GENERAL_ADVICE)


def count(number: int, one: str, many: str) -> str:
    """Write a count with its noun."""
    return f"{number:,} {one if number == 1 else many}".replace(",", " ")


def files_line(counts: Mapping[str, int] | None) -> str:
    """Say how many files came in and what became of them."""
    if not counts:
        return ""
    parts = [count(counts.get("received", 0), "file", "files")]
    if counts.get("rejected"):
        parts.append(f"{counts['rejected']} not usable")
    if counts.get("duplicate"):
        parts.append(f"{counts['duplicate']} sent twice")
    return ", ".join(parts)
