"""analytics' POS door, and how it words refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.rendering import error
from services.analytics.domain.periods import PeriodRefused

pos = PosDoor("The owner's reports", refusals={PeriodRefused: error})
