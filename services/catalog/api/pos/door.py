"""How does POS show catalog's refusals?"""

from libs.common.http.pos import PosDoor
from libs.common.http.rendering import error, non_field_errors
from services.catalog.domain.promotions import PromotionsOverlap
from services.catalog.domain.suppliers import SupplierHasProducts

pos = PosDoor(
    "Suppliers, products, stock, promotions",
    refusals={SupplierHasProducts: error, PromotionsOverlap: non_field_errors},
)
