"""customers' POS door, and how it words refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.rendering import error_list
from services.customers.domain.customers import CustomerHasDebt

pos = PosDoor("Customers and their points", refusals={CustomerHasDebt: error_list})
