"""chatbot's POS door."""

from libs.common.http.pos import PosDoor

pos = PosDoor("Who writes to the chatbot")
