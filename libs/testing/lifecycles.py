"""Reads lifecycles, for tests."""

from libs.common.lifecycle import Actor, Lifecycle


def targets(lifecycle: Lifecycle, state: str, *actors: Actor) -> set[str]:
    """The states that these actors may lead the thing to from `state`; without actors, that anybody may."""
    by = frozenset(actors or Actor)
    return {step.target for step in lifecycle.steps if state in step.sources and step.by & by}
