"""Every page that the dashboard has, in one table: what holds for a page is tested on all of them."""

from msgspec import Struct

from tests.browser.scenes import Scenes


class Shown(Struct, frozen=True):
    """One page: its address, in which a scene's name stands for its job.

    ``is_held`` asks for a job that waits while the page is looked at, ``needs_key`` for the service that asks for
    keys, to whose door a ``key`` is brought; ``is_refusal`` is a page whose status is not 200.
    """

    path: str
    is_held: bool = False
    needs_key: bool = False
    key: str | None = None
    is_refusal: bool = False

    def address(self, scenes: Scenes, held: str) -> str:
        """Give the address with the job's id."""
        return self.path.format(
            heart=scenes.heart,
            partial=scenes.partial,
            failed=scenes.failed,
            told=scenes.told,
            compared=scenes.compared,
            held=held,
        )


PAGES: dict[str, Shown] = {
    "jobs": Shown("/"),
    "jobs-none": Shown("/?reference=none"),
    "job": Shown("/dashboard/jobs/{heart}"),
    "job-partial": Shown("/dashboard/jobs/{partial}"),
    "job-failed": Shown("/dashboard/jobs/{failed}"),
    "job-waiting": Shown("/dashboard/jobs/{held}", is_held=True),
    "job-messages": Shown("/dashboard/jobs/{told}"),
    "comparison": Shown("/dashboard/jobs/{compared}"),
    "operations": Shown("/dashboard/operations"),
    "problem": Shown("/dashboard/jobs/0", is_refusal=True),
    "sign-in": Shown("/dashboard/operations", needs_key=True),
    "sign-in-refused": Shown("/", needs_key=True, key="cda_wrong", is_refusal=True),
}
