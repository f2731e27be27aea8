/** What the API says in Spanish, by contract → the same in English; what the groups find is filled in. */
export default [
  // auth
  [/^El PIN debe tener de (?<least>\d+) a (?<most>\d+) dígitos\.$/, "A PIN has {least} to {most} digits."],
  [/^El PIN es demasiado fácil\.$/, "That PIN is too easy."],
  [/^Usuario o PIN incorrecto\.$/, "Wrong user or PIN."],
  [/^Tu usuario no entra con PIN\. Usa tu contraseña\.$/, "Your account does not log in by PIN. Use your password."],
  [/^Credenciales de autorización inválidas\.$/, "Wrong approver, PIN or password."],
  [/^No tiene permiso para autorizar\.$/, "This person is not allowed to approve."],
  // catalog
  [/^La fecha de finalización debe ser posterior a /, "The last day must be after the first day."],
  [
    /^Ya existe una promoción activa .* \((?<start>\S+) a (?<end>\S+)\)\.$/,
    "The product has another active promotion on these days ({start} to {end}).",
  ],
  [/^La clave de producto o servicio del SAT tiene 8 dígitos\.$/, "The SAT's product key has 8 digits."],
  [
    /^La clave de unidad del SAT tiene 2 o 3 mayúsculas o dígitos, como H87\.$/,
    "The SAT's unit key has 2 or 3 capital letters or digits, such as H87.",
  ],
  [/^El objeto de impuesto del SAT va de 01 a 08\.$/, "The SAT's tax object is 01 to 08."],
  // customers
  [/^El RFC no es válido: /, "The RFC is not valid: check its letters, its date and its check digit."],
  [/^El régimen fiscal son 3 dígitos, como 601\.$/, "A tax regime is 3 digits, such as 601."],
  [/^El uso de CFDI es una clave como G03 o CP01\.$/, "A CFDI use is a key such as G03 or CP01."],
  [/^El código postal son 5 dígitos\.$/, "A postal code is 5 digits."],
  [/^El cliente tiene un saldo de crédito pendiente: (?<owed>.+)$/, "The customer still owes {owed}."],
  [/^Puntos insuficientes\. Disponible: (?<left>.+)$/, "Not enough points. Available: {left}"],
  [/^El monto del abono debe ser positivo\.$/, "The payment must be more than 0."],
  // shifts and registers
  [/^Abre un turno para cobrar\.$/, "Open a shift first."],
  [/^La caja no tiene un turno abierto\.$/, "The register has no open shift."],
  [/^La caja (?:ya )?tiene un turno abierto\.$/, "The register has an open shift."],
  [/^La caja está inactiva\.$/, "The register is not in use."],
  [/^La caja tiene (?<count>\d+) ventas sin enviar\.$/, "Unsent sales of the register: {count}."],
  [/^Ya tienes un turno abierto\.$/, "You already have an open shift."],
  [/^El turno está cerrado\.$/, "The shift is closed."],
  [/^Solo hay (?<left>\S+) en caja\.$/, "There is only {left} in the drawer."],
  [/^Suman (?<total>\S+), no (?<counted>\S+)\.$/, "They add up to {total}, not {counted}."],
  // orders
  [/^El producto (?<id>\d+) tiene dos descuentos distintos\.$/, "Product {id} has two different discounts."],
  [/^El producto (?<id>\d+) aparece con dos precios\.$/, "Product {id} appears with two prices."],
  [
    /^Stock insuficiente para '(?<name>.*)'\. Disponible: (?<left>\d+), Solicitado: (?<wanted>\d+)$/,
    "Not enough stock of “{name}”. Available: {left}, wanted: {wanted}",
  ],
  [/^El total de la orden es demasiado grande\.$/, "The total of the order is too large."],
  [/^Esta venta ya se registró con /, "This sale is already recorded with other products, quantities or discounts."],
  [/^Solo se pueden pagar órdenes PENDIENTES\.$/, "Only pending orders can be paid."],
  [/^No se puede cancelar esta orden\. /, "Only pending orders can be cancelled."],
  [/^La venta ya no está retenida\.$/, "The sale is no longer held."],
  // approvals
  [/^Autorización inválida o vencida\.$/, "The approval is not valid, or no longer."],
  [/^Se requiere autorización de un supervisor\.$/, "A supervisor's approval is needed."],
  // payments
  [/^Se requiere un cliente para pagar con puntos o crédito\.$/, "Points and credit need a customer."],
  [
    /^Saldo de puntos insuficiente\. Puntos disponibles: (?<left>.+), Total a pagar: (?<total>.+)$/,
    "Not enough points. Available: {left}, to be paid: {total}",
  ],
  [
    /^El cliente excede .* Límite: (?<most>.+), Saldo actual: (?<owed>.+), Compra: (?<total>.+)$/,
    "Beyond the customer's credit limit. Limit: {most}, owed: {owed}, purchase: {total}",
  ],
  [
    /^La suma de los pagos \((?<paid>.+)\) no es el total \((?<total>.+)\)\.$/,
    "The payments add up to {paid}, not to the total of {total}.",
  ],
  [/^Cada pago debe ser mayor que \$0\.00\.$/, "Each payment must be more than $0.00."],
  [/^(?<method>\w+) solo puede aparecer una vez\.$/, "{method} may appear only once."],
  [/^Los puntos pagan pesos enteros\.$/, "Points pay whole pesos only."],
  [/^card_kind es solo para CARD\.$/, "card_kind is for CARD only."],
  [/^Envía payment_method o payments, no los dos\.$/, "Send payment_method or payments, not both."],
  [/^EXCHANGE lleva el id de la devolución en reference\.$/, "EXCHANGE has the id of the return in reference."],
  [/^Quedan (?<left>\S+) de la devolución\.$/, "{left} is left of the return."],
  [/^Faltan (?<missing>\S+)\.$/, "{missing} is missing."],
  [/^Ningún pago es en efectivo\.$/, "No payment is in cash."],
  [/^(?<method>\w+) no se puede cobrar sin conexión\.$/, "{method} cannot be charged offline."],
  // layaways
  [/^El apartado ya no está abierto\.$/, "The layaway is no longer open."],
  [/^La orden es el apartado (?<id>\d+): /, "The order is layaway {id}: it is paid and cancelled under layaways."],
  [/^El anticipo mínimo es (?<least>\S+)\.$/, "The minimum deposit is {least}."],
  [/^El saldo es (?<left>\S+)\.$/, "The balance is {left}."],
  [/^La fecha límite no puede ser anterior a hoy\.$/, "The due date cannot be before today."],
  // returns
  [/^Solo se aceptan devoluciones de órdenes pagadas\.$/, "Only paid orders can be returned."],
  [/^El plazo de devolución de (?<days>\d+) días ha vencido\.$/, "The {days} days for returns are over."],
  [
    /^'(?<name>.*)': quedan (?<left>\d+) por devolver, se piden (?<wanted>\d+)\.$/,
    "“{name}”: {left} can be returned, not {wanted}.",
  ],
  [/^No queda nada por pagar de la devolución\.$/, "Nothing is left to pay out of the return."],
  [
    /^La suma de los reembolsos \((?<given>.+)\) no es el total a devolver \((?<due>.+)\)\.$/,
    "The refunds add up to {given}, not to the {due} to be refunded.",
  ],
  [
    /^(?<method>\w+): quedan (?<left>\S+) por devolver, se piden (?<wanted>\S+)\.$/,
    "{method}: {left} can be refunded, not {wanted}.",
  ],
  [/^El crédito ya fue liquidado: elige otro medio\.$/, "The credit is paid off: choose another method."],
];
