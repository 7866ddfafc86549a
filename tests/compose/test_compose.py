"""The service as containers: `docker compose up --scale worker=3` on a real engine, where one answers."""

from collections.abc import Iterator

import pytest

from tests.support.containers import Containers
from tests.support.samples import CT, GATED_CT

pytestmark = pytest.mark.compose

JOBS = 300


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """The whole service with three extract workers."""
    project = Containers()
    try:
        project.up("--build", "--scale", "worker=3")
        yield project
    finally:
        project.close()


def test_a_job_runs_through_the_containers(containers: Containers) -> None:
    """A gated CT sent to the published port comes back with its phase and a summary."""
    parts = [("file", (str(number), path.read_bytes())) for number, path in enumerate(GATED_CT)]
    job = containers.client.post("/dicom/summarize", files=parts, headers={"Prefer": "wait=30"}).json()
    assert (job["status"], job["result"]["studies"][0]["series"][0]["cardiac"]["phase_percent"]) == ("succeeded", 70.0)


def test_nothing_is_lost_when_a_worker_the_store_and_the_api_go_away(containers: Containers) -> None:
    """300 files: a worker is killed, the store and the api are restarted, and every job still ends well."""
    disturbances = {
        100: lambda: containers.docker("kill", "--signal", "KILL", containers.identifiers("worker")[0]),
        150: lambda: containers.compose("restart", "redis"),
        200: lambda: containers.compose("restart", "api"),
    }
    content = CT.read_bytes()
    submitted = []
    for number in range(JOBS):
        disturbances.get(number, str)()
        submitted.append(containers.submit(content, f"file-{number}"))
    assert len(set(submitted)) == JOBS
    assert [containers.status(path) for path in submitted] == ["succeeded"] * JOBS


def test_no_container_has_rights_that_it_does_not_need(containers: Containers) -> None:
    """Nobody is root, can write its root file system or gain a capability; the job store is not published."""
    found = containers.inspected()
    assert {one["Config"]["User"] for one in found.values()} == {"10001:10001"}
    assert {one["HostConfig"]["ReadonlyRootfs"] for one in found.values()} == {True}
    assert {tuple(one["HostConfig"]["CapDrop"]) for one in found.values()} == {("ALL",)}
    assert {tuple(one["HostConfig"]["SecurityOpt"]) for one in found.values()} == {("no-new-privileges:true",)}
    assert [name for name, one in found.items() if one["HostConfig"]["PortBindings"]] == ["api-1"]


def test_every_container_has_limits_and_rotated_logs(containers: Containers) -> None:
    """One that goes wrong takes neither memory, processes, processors nor disk from the others."""
    hosts = [one["HostConfig"] for one in containers.inspected().values()]
    assert all(host["Memory"] and host["PidsLimit"] and host["NanoCpus"] for host in hosts)
    assert {host["LogConfig"]["Config"]["max-size"] for host in hosts} == {"10m"}


def test_only_those_that_call_out_can_reach_the_outside(containers: Containers) -> None:
    """Data moves on a network without a way out; the published port is on one that lets answers out alone."""
    outside = {
        name: [network for network in one["NetworkSettings"]["Networks"] if network.endswith("_outside")]
        for name, one in containers.inspected().items()
    }
    assert {name for name, networks in outside.items() if networks} == {"network-worker-1", "deliver-worker-1"}
    ways = containers.docker(
        *("network", "inspect", f"{containers.name}_inside", f"{containers.name}_published", "--format"),
        '{{.Internal}} {{index .Options "com.docker.network.bridge.enable_ip_masquerade"}}',
    )
    assert ways.split() == ["true", "false", "false"]


def test_the_store_asks_for_a_password_that_no_environment_shows(containers: Containers) -> None:
    """It is made at the first start and is known to files of our own containers alone."""
    [store] = containers.identifiers("redis")
    assert "NOAUTH" in containers.docker("exec", store, "valkey-cli", "ping")
    password = containers.docker("exec", store, "cat", "/run/service/redis-password").strip()
    assert len(password) == 43
    assert [name for name, one in containers.inspected().items() if password in str(one["Config"])] == []
