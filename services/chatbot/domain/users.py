"""Chatbot users: the rules for mobile numbers, and refusals."""

import re

from libs.common.errors import DomainError, Kind, NotFound

MOBILE_NUMBER_LENGTH_MAX = 20
NAME_LENGTH_MAX = 255

# The number is part of a path (/chatbotusers/{mobile_number}/). Characters that a path cannot hold, or that
# proxies interpret differently, would make the user unreachable.
MOBILE_NUMBER = re.compile(r"(?!\.)[^/\\;%\x00-\x1f\x7f]*[0-9][^/\\;%\x00-\x1f\x7f]*")


class ChatbotUserNotFound(NotFound):
    """No chatbot user has this mobile number."""

    thing = "Chatbot user"


class MobileNumberInvalid(DomainError):
    """The text cannot be a mobile number: it has no digit, or a character that no path can hold."""

    code = "mobile_number_invalid"
    remedy = "Send the number with its digits."


class MobileNumberTaken(DomainError):
    """Another chatbot user has this mobile number, perhaps in another spelling."""

    kind = Kind.CONFLICT
    code = "mobile_number_taken"
    remedy = "Change the user who has this number."


def check_mobile_number(mobile_number: str) -> None:
    """Raises `MobileNumberInvalid` for a text that cannot be dialled or be part of a path."""
    if not MOBILE_NUMBER.fullmatch(mobile_number):
        raise MobileNumberInvalid
