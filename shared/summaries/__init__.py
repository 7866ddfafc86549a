"""The summary of a result: plain sentences, each resting on named facts, checked before anybody reads them."""
