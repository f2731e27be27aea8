"""What is a chatbot user, and what is refused? The rules, with no word of HTTP or SQL."""

import re

from libs.common.errors import DomainError, Kind, NotFound

MOBILE_NUMBER_LENGTH_MAX = 20
NAME_LENGTH_MAX = 255
CHANNEL_LENGTH_MAX = 32
TEXT_LENGTH_MAX = 4096  # the longest message that Telegram carries

# The number is the user's address (/chatbotusers/{mobile_number}/): what a path can't hold, or what not all
# servers on the way read alike, would make it unreachable.
MOBILE_NUMBER = re.compile(r"(?!\.)[^/\\;%\x00-\x1f\x7f]*[0-9][^/\\;%\x00-\x1f\x7f]*")


class ChatbotUserNotFound(NotFound):
    """No chatbot user has this mobile number."""

    thing = "Chatbot user"


class MobileNumberInvalid(DomainError):
    """The text cannot be a mobile number: it has no digit, or it is no part of a path."""

    code = "mobile_number_invalid"
    message = "Enter a valid value."
    field = "mobile_number"


class MobileNumberTaken(DomainError):
    """Somebody is registered with this mobile number already."""

    kind = Kind.CONFLICT
    code = "mobile_number_taken"
    message = "chat bot users with this mobile number already exists."
    field = "mobile_number"


def check_mobile_number(mobile_number: str) -> None:
    """Raises `MobileNumberInvalid` for a text that could not be dialled or addressed."""
    if not MOBILE_NUMBER.fullmatch(mobile_number):
        raise MobileNumberInvalid
