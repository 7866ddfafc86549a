"""What deliveries have in common."""

from shared.webhooks.delivery import callback_target, mint_endpoint_id
from shared.webhooks.target_policy import parse_target


def test_callbacks_of_a_tenant_to_one_origin_are_one_target() -> None:
    """Paths do not tell receivers apart, hosts, ports and tenants do."""
    named = {
        callback_target(tenant, parse_target(url))
        for tenant, url in [
            ("a", "https://ris.example/1"),
            ("a", "https://RIS.example:443/2?x=y"),
            ("b", "https://ris.example/1"),
            ("a", "https://ris.example:444/1"),
        ]
    }
    assert len(named) == 3


def test_endpoint_ids_differ() -> None:
    """Two endpoints are never taken for one."""
    assert mint_endpoint_id() != mint_endpoint_id()
