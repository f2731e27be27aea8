"""The body of a request whose path says all: it is empty, or `{}`; what is no JSON object is refused."""

from libs.common.http.described import example
from libs.common.http.fields import Shape


@example({})
class NothingIn(Shape):
    """Nothing: an empty body is the same."""
