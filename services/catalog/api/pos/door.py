"""The POS door of catalog, and its words for catalog's refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import error, non_field_errors, on_field
from services.catalog.api.csv.lines import UnusableFile
from services.catalog.domain.holds import MoreThanHeld, TooFewToHold
from services.catalog.domain.products import SkuTaken, StockBelowHolds, StockChanged
from services.catalog.domain.promotions import EndsBeforeItStarts, NoSuchProduct, PromotionsOverlap
from services.catalog.domain.stock import StockTooLarge, TakesHeldStock
from services.catalog.domain.suppliers import SupplierHasProducts, UnknownSupplier

pos = PosDoor(
    "Suppliers, products, stock, promotions",
    wordings={
        UnusableFile: on_field("file", "{reason}"),
        SkuTaken: on_field("sku", "product with this sku already exists."),
        StockBelowHolds: on_field(
            "current_stock", "Ensure this value is greater than or equal to {reserved_quantity}."
        ),
        StockChanged: on_field("current_stock", "Stock changed meanwhile: it is {current_stock}."),
        TakesHeldStock: on_field("change", "Ensure this value is greater than or equal to {lowest}."),
        StockTooLarge: on_field("change", "Ensure this value is less than or equal to {highest}."),
        TooFewToHold: error("Insufficient stock.", beside=["available"]),
        MoreThanHeld: error("Cannot release more items than reserved."),
        UnknownSupplier: on_field("supplier", 'Invalid pk "{supplier_id}" - object does not exist.'),
        SupplierHasProducts: error("Cannot delete a supplier that has products."),
        NoSuchProduct: on_field("product", 'Invalid pk "{product_id}" - object does not exist.'),
        EndsBeforeItStarts: on_field(
            "end_date", "La fecha de finalización debe ser posterior a la fecha de inicio."
        ),
        PromotionsOverlap: non_field_errors(
            "Ya existe una promoción activa para este producto en las fechas seleccionadas "
            "({start_date} a {end_date})."
        ),
    },
)
