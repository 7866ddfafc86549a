"""What routes are made of."""

from collections.abc import Iterator
from inspect import iscoroutinefunction

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.main import create_app
from shared.settings import Settings
from tests.api.test_access import flat


def calls(dependant: Dependant) -> Iterator[object]:
    """A route's function and every function that it depends on."""
    yield dependant.call
    for dependency in dependant.dependencies:
        yield from calls(dependency)


def test_no_request_waits_for_a_thread_to_learn_who_asks() -> None:
    """FastAPI runs a plain function of a route in a thread, which costs more than any of ours does."""
    routes = [route for route in flat(create_app(Settings.model_validate({})).routes) if isinstance(route, APIRoute)]
    found = {call for route in routes for call in calls(route.dependant)}
    assert len(found) > len(routes)
    assert [call for call in found if not iscoroutinefunction(call)] == []
