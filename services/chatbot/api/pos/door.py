"""The POS door of chatbot, and its messages for chatbot's refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import on_field
from services.chatbot.domain.users import MobileNumberInvalid, MobileNumberTaken

pos = PosDoor(
    "Who writes to the chatbot",
    wordings={
        MobileNumberInvalid: on_field("mobile_number", "Enter a valid value."),
        MobileNumberTaken: on_field(
            "mobile_number", "chat bot users with this mobile number already exists."
        ),
    },
)
