"""Make one preview in a process of its own: ``python -m worker.render LENGTH FRAME MEMBER...``, the file as stdin.

Decoders are old C code that reads what strangers send. This process gets an open file and a few numbers, no setting, no
secret and no connection; it limits its own time and memory before it loads a decoder, and it may crash.
"""

import resource
import sys

CPU_SECONDS = 20
"""Processor time of one preview; a 60-megapixel mammogram takes two seconds."""

MEMORY_BYTES = 2 * 1024**3
"""Address space: the largest frame as stored, as numbers and as a picture."""


def main(arguments: list[str]) -> int:
    """Write the PNG to standard output; on failure a code of ours to standard error, and 1."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from shared.errors import DataError  # noqa: PLC0415 - nothing is loaded before the limits hold
    from worker.pipelines.render import draw_reason, render_preview  # noqa: PLC0415

    if arguments[0] == "placeholder":
        sys.stdout.buffer.write(draw_reason(arguments[1]))
        return 0
    length, frame_index, *member = (int(argument) for argument in arguments)
    try:
        picture = render_preview(open(0, "rb"), length, member, frame_index)  # noqa: SIM115 - stdin as bytes
    except DataError as error:
        sys.stderr.write(error.code)
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
