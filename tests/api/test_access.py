"""The table of what each route needs."""

from collections.abc import Iterable, Iterator

import pytest
from starlette.routing import BaseRoute, Mount, Route

from api.auth.access import ACCESS, find_place
from api.keys.key import Scope
from api.main import create_app
from shared.settings import Settings


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """All routes, those of included routers one by one."""
    for route in routes:
        router = getattr(route, "original_router", None)
        yield from [route] if router is None else flat(router.routes)


def served() -> set[tuple[str, str]]:
    """Every method and path that the application serves, the API page's files as one."""
    found = set()
    for route in flat(create_app(Settings.model_validate({})).routes):
        if isinstance(route, Route):
            found |= {(method, route.path) for method in (route.methods or set()) - {"HEAD"}}
        else:
            assert isinstance(route, Mount)
            found.add(("GET", f"{route.path}/{{file}}"))
    return found


def test_every_route_is_in_the_table_and_nothing_else() -> None:
    """A new route has to say who may use it; one that is gone leaves the table."""
    assert set(ACCESS) == served()


def test_only_health_and_the_api_page_are_open() -> None:
    """Nothing that tells of a job is served without a key."""
    open_paths = {path for (_, path), access in ACCESS.items() if access.scope is None}
    page = {"/", "/docs", "/docs/oauth2-redirect", "/openapi.json", "/static-offline-docs/{file}"}
    assert open_paths == {"/health", "/health/live", "/health/ready"} | page


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/dicom/analyze", Scope.SUBMIT),
        ("GET", "/jobs/abc", Scope.READ),
        ("GET", "/jobs/abc/result", Scope.READ),
        ("DELETE", "/jobs/abc", Scope.SUBMIT),
        ("GET", "/audit", Scope.ADMIN),
    ],
)
def test_a_request_finds_its_row(method: str, path: str, scope: Scope) -> None:
    """Paths with an id match the row with its place-holder."""
    place = find_place(method, path)
    assert place is not None
    assert place.access is not None
    assert place.access.scope == scope


@pytest.mark.parametrize("path", ["/job", "/jobs/", "/jobs/a/b", "/jobs/a/result/", "/jobsX", "/jobs\n", "//jobs"])
def test_a_path_that_is_nearly_a_route_is_none(path: str) -> None:
    """What is not in the table as it stands is not served."""
    assert find_place("GET", path) is None


def test_another_method_names_those_that_are_served() -> None:
    """The caller learns which methods the path takes."""
    place = find_place("PUT", "/jobs/abc")
    assert place is not None
    assert (place.access, place.allowed) == (None, ("DELETE", "GET"))
