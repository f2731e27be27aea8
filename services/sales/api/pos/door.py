"""The POS door of sales, and its words for sales' refusals."""

from libs.common.contracts.sales import Channel
from libs.common.errors import DomainError
from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import detail, non_field_errors, on_field
from libs.common.http.wordings import Body, Wording, by_reason
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired
from services.sales.domain.buyers import UnknownCustomer
from services.sales.domain.layaways import (
    DepositAboveTotal,
    DepositTooSmall,
    DueDatePast,
    OnlyOpenLayawaysChange,
    OrderIsLaidAway,
    PaymentAboveBalance,
)
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.orders import OnlyPendingOrdersAreCancelled, OrderTotalTooLarge, SoldOtherwise
from services.sales.domain.payments import (
    CreditLimitExceeded,
    InsufficientPoints,
    OnlyPendingOrdersArePaid,
    PaymentNeedsCustomer,
)
from services.sales.domain.pricing import DiscountsDiffer
from services.sales.domain.refunds import RefundBeyondTender, RefundsDoNotAddUp
from services.sales.domain.returns import TooManyReturned
from services.sales.domain.shifts import (
    AmountOfMovement,
    DenominationsDiffer,
    LeftMoreThanCounted,
    NotEnoughCash,
    RegisterHasOpenShift,
    RegisterInactive,
    RegisterNameTaken,
    SalesUnsent,
    SeriesTaken,
    ShiftClosed,
    ShiftOpenOfUser,
    ShiftOpenOnRegister,
)
from services.sales.domain.stock import StockShort, UnknownProducts
from services.sales.domain.synced import NotHeld, NotPaidOffline, SoldAtTwoPrices
from services.sales.domain.tenders import (
    CardKindWithoutCard,
    CashNotPaid,
    CashShort,
    ExchangeShort,
    PaymentMethodTwice,
    PaymentNotPositive,
    PaymentsDoNotAddUp,
    PointsNotWhole,
)
from services.sales.domain.till_returns import (
    CreditPaidOff,
    NothingToPayOut,
    OnlyPaidOrdersAreReturned,
    ReturnPeriodOver,
)

POS: Channel = "POS"
SHOWN_STATUSES = (PosStatus.PENDING, PosStatus.PAID, PosStatus.CANCELLED)


def _approval_required(refusal: DomainError) -> Body:
    """The first action that lacks an approval, and all of them if there are several (contract §8.8)."""
    actions = refusal.details["actions"]
    return {
        "detail": "Se requiere autorización de un supervisor.",
        "code": refusal.code,
        "action": actions[0],
        **({"actions": list(actions)} if len(actions) > 1 else {}),
    }


pos = PosDoor(
    "Orders and how they are paid",
    wordings={
        ApprovalRequired: Wording(_approval_required),
        DiscountsDiffer: on_field("items", "El producto {product_id} tiene dos descuentos distintos."),
        ApprovalInvalid: detail("Autorización inválida o vencida.", code="approval_invalid"),
        UnknownCustomer: on_field("customer", 'Invalid pk "{customer_id}" - object does not exist.'),
        UnknownProducts: on_field(
            "items", 'Invalid pk "{each}" - object does not exist.', each="product_ids"
        ),
        StockShort: non_field_errors(
            "Stock insuficiente para '{product_name}'. Disponible: {available}, Solicitado: {requested}",
            each="items",
        ),
        OrderTotalTooLarge: non_field_errors("El total de la orden es demasiado grande."),
        SoldOtherwise: on_field(
            "client_id", "Esta venta ya se registró con otros productos, cantidades o descuentos."
        ),
        OnlyOpenLayawaysChange: non_field_errors("El apartado ya no está abierto."),
        OrderIsLaidAway: non_field_errors(
            "La orden es el apartado {layaway_id}: se cobra y se cancela en apartados."
        ),
        DepositTooSmall: on_field("deposit", "El anticipo mínimo es ${least}."),
        DepositAboveTotal: on_field("deposit", "El saldo es ${balance}."),
        PaymentAboveBalance: on_field("payments", "El saldo es ${balance}."),
        DueDatePast: on_field("due_date", "La fecha límite no puede ser anterior a hoy."),
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
        ExchangeShort: on_field("payments", "Quedan ${left} de la devolución."),
        CashShort: on_field("cash_received", "Faltan ${missing}."),
        CashNotPaid: on_field("cash_received", "Ningún pago es en efectivo."),
        NotPaidOffline: on_field("payments", "{payment_method} no se puede cobrar sin conexión."),
        NotHeld: non_field_errors("La venta ya no está retenida."),
        SoldAtTwoPrices: on_field("items", "El producto {product_id} aparece con dos precios."),
        RegisterNameTaken: on_field("name", "register with this name already exists."),
        SeriesTaken: on_field("series", "register with this series already exists."),
        RegisterHasOpenShift: on_field("is_active", "La caja tiene un turno abierto."),
        RegisterInactive: on_field("register", "La caja está inactiva."),
        ShiftOpenOnRegister: on_field("register", "La caja ya tiene un turno abierto."),
        ShiftOpenOfUser: non_field_errors("Ya tienes un turno abierto."),
        ShiftClosed: non_field_errors("El turno está cerrado."),
        NotEnoughCash: on_field("amount", "Solo hay ${available} en caja."),
        AmountOfMovement: by_reason(
            positive=on_field("amount", "Ensure this value is greater than 0."),
            nothing=on_field("amount", "Ensure this value is equal to 0."),
        ),
        DenominationsDiffer: on_field("denominations", "Suman ${total}, no ${counted}."),
        LeftMoreThanCounted: on_field(
            "left_in_drawer", "Ensure this value is less than or equal to {counted}."
        ),
        SalesUnsent: non_field_errors("La caja tiene {unsent} ventas sin enviar."),
        OnlyPaidOrdersAreReturned: non_field_errors("Solo se aceptan devoluciones de órdenes pagadas."),
        ReturnPeriodOver: non_field_errors("El plazo de devolución de {days} días ha vencido."),
        TooManyReturned: on_field(
            "items", "'{product_name}': quedan {returnable} por devolver, se piden {requested}."
        ),
        NothingToPayOut: non_field_errors("No queda nada por pagar de la devolución."),
        RefundsDoNotAddUp: on_field(
            "refunds", "La suma de los reembolsos (${given}) no es el total a devolver (${due})."
        ),
        RefundBeyondTender: on_field(
            "refunds", "{payment_method}: quedan ${left} por devolver, se piden ${requested}."
        ),
        CreditPaidOff: on_field("refunds", "El crédito ya fue liquidado: elige otro medio."),
    },
)
