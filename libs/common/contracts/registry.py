"""All event types with their models, complete once this module is imported."""

from libs.common.contracts import auth, catalog, customers, sales
from libs.common.contracts.event import REGISTRY, Event, owner_of

OWNERS = (auth, catalog, customers, sales)

for _module in OWNERS:
    _owner = _module.__name__.rsplit(".", 1)[1]
    for _type, _model in REGISTRY.items():
        if _model.__module__ == _module.__name__:
            assert owner_of(_type) == _owner, f"{_type} is declared in {_owner}.py"

EVENTS: dict[str, type[Event]] = {
    _type: _model
    for _module in OWNERS
    for _type, _model in REGISTRY.items()
    if _model.__module__ == _module.__name__
}
"""By owner, in the order of their declarations, in whatever order the modules were imported."""

PUBLISHERS = tuple(dict.fromkeys(map(owner_of, EVENTS)))
"""The services that publish events."""
