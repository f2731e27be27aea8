"""The POS door of sales, and its words for sales' refusals."""

from libs.common.contracts.sales import Channel
from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import detail, non_field_errors, on_field
from services.sales.domain.buyers import UnknownCustomer
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.orders import OnlyPendingOrdersAreCancelled, OrderTotalTooLarge, SoldOtherwise
from services.sales.domain.payments import (
    CreditLimitExceeded,
    InsufficientPoints,
    OnlyPendingOrdersArePaid,
    PaymentNeedsCustomer,
)
from services.sales.domain.stock import StockShort, UnknownProducts
from services.sales.domain.tenders import (
    CardKindWithoutCard,
    CashNotPaid,
    CashShort,
    PaymentMethodTwice,
    PaymentNotPositive,
    PaymentsDoNotAddUp,
    PointsNotWhole,
)

POS: Channel = "POS"
SHOWN_STATUSES = (PosStatus.PENDING, PosStatus.PAID, PosStatus.CANCELLED)

pos = PosDoor(
    "Orders and how they are paid",
    wordings={
        UnknownCustomer: on_field("customer", 'Invalid pk "{customer_id}" - object does not exist.'),
        UnknownProducts: on_field(
            "items", 'Invalid pk "{each}" - object does not exist.', each="product_ids"
        ),
        StockShort: non_field_errors(
            "Stock insuficiente para '{product_name}'. Disponible: {available}, Solicitado: {requested}",
            each="items",
        ),
        OrderTotalTooLarge: non_field_errors("El total de la orden es demasiado grande."),
        SoldOtherwise: on_field("client_id", "Esta venta ya se registró con otros productos o cantidades."),
        OnlyPendingOrdersArePaid: non_field_errors("Solo se pueden pagar órdenes PENDIENTES."),
        OnlyPendingOrdersAreCancelled: non_field_errors(
            "No se puede cancelar esta orden. Solo se permiten cancelar órdenes PENDIENTES."
        ),
        PaymentNeedsCustomer: detail("Se requiere un cliente para pagar con puntos o crédito."),
        InsufficientPoints: detail(
            "Saldo de puntos insuficiente. Puntos disponibles: {available}, Total a pagar: {total}"
        ),
        CreditLimitExceeded: detail(
            "El cliente excede su límite de crédito. Límite: {limit}, Saldo actual: {used}, Compra: {total}"
        ),
        PaymentsDoNotAddUp: on_field("payments", "La suma de los pagos (${paid}) no es el total (${total})."),
        PaymentNotPositive: on_field("payments", "Cada pago debe ser mayor que $0.00."),
        PaymentMethodTwice: on_field("payments", "{payment_method} solo puede aparecer una vez."),
        PointsNotWhole: on_field("payments", "Los puntos pagan pesos enteros."),
        CardKindWithoutCard: on_field("payments", "card_kind es solo para CARD."),
        CashShort: on_field("cash_received", "Faltan ${missing}."),
        CashNotPaid: on_field("cash_received", "Ningún pago es en efectivo."),
    },
)
