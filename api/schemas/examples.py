"""Whole examples for the API page, by the name of their schema."""

_ID = "019a2f6d3e5b8c1d2e3f4a5b6c7d8e9f"
_PATH = f"/jobs/{_ID}"

JOB: dict[str, object] = {
    "id": _ID,
    "kind": "analyze",
    "status": "running",
    "done": False,
    "partial": False,
    "stages": {"extract": {"status": "running", "completed": 120, "total": 320}},
    "attempt": 1,
    "priority": "normal",
    "client_reference": "ris-42",
    "created_at": "2026-11-24T12:00:00.000Z",
    "started_at": "2026-11-24T12:00:00.120Z",
    "counts": {"received": 321, "accepted": 320, "duplicate": 0, "rejected": 1},
    "files": [
        {
            "index": 7,
            "sha256": "3b1f7c0f5d0f2d4d0c3a9f6c1f1b2e4d5a6978899aabbccddeeff00112233445",
            "bytes": 526846,
            "status": "rejected",
            "code": "dicom.not_dicom",
            "detail": "The file does not begin as a DICOM object.",
        }
    ],
    "warnings": [],
    "links": {"self": _PATH, "events": f"{_PATH}/events", "files": f"{_PATH}/files", "cancel": f"{_PATH}/cancel"},
}

RESULT: dict[str, object] = {
    "metadata": {"modality": "CT", "body_part": "HEART", "slice_thickness": "0.625", "heart_rate": "62"},
    "studies": [{"study_instance_uid": "1.2.840.99999.1", "modalities": ["CT"], "series": []}],
    "summary": "A gated CT of the heart.",
}

EXAMPLES: dict[str, dict[str, object]] = {
    "JobDocument": JOB,
    "JobsDocument": {"jobs": [JOB], "next_cursor": None},
    "ResultDocument": RESULT,
    "FilesDocument": {"files": JOB["files"], "next_cursor": "100"},
    "FeedDocument": {
        "events": [
            {
                "seq": 812,
                "type": "job.succeeded",
                "job_id": _ID,
                "status": "succeeded",
                "timestamp": "2026-11-24T12:00:01.000Z",
            }
        ],
        "last": 812,
        "done": True,
    },
    "AuditDocument": {
        "entries": [
            {
                "seq": "1795521600000-0",
                "timestamp": "2026-11-24T12:00:00.000Z",
                "action": "job.submit",
                "status": 202,
                "request_id": "5f2b8c0e9d7a4f31b6c8d2e4a1f03b57",
                "key_id": "key_0a1b2c3d4e5f",
                "job_id": _ID,
            }
        ],
        "next_cursor": None,
    },
    "HealthDocument": {"status": "ok", "checks": {"redis": "ok", "storage": "ok", "workers": "ok"}},
}
