"""The door for other services."""

from libs.common.http.internal import InternalDoor

internal = InternalDoor("Mostrador internal: sales")
