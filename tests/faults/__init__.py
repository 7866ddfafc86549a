"""The service under fault injection: killed, frozen, cut off."""
