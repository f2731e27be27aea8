/** The words of a ticket, for tests; those of the till are in its texts. */

const RATES = { 0.16: "IVA 16%", 0.08: "IVA 8%", "0.00": "IVA 0%" };

export const WORDS = {
  rfc: "RFC",
  number: "Ticket",
  folio: "Folio",
  invoiceCode: "Para facturar",
  date: "Fecha",
  seller: "Atendió",
  register: "Caja",
  customer: "Cliente",
  total: "TOTAL",
  saved: "Ahorro sin IVA",
  received: "Recibido",
  change: "Cambio",
  earned: "Puntos ganados",
  balance: "Saldo de puntos",
  taxOf: (rate, base) => (rate === "EXENT" ? "Exento de IVA" : `${RATES[rate]} de ${base}`),
};

export const TICKET = {
  shop: {
    name: "Abarrotes La Esquina",
    address: "Av. Juárez 12, Col. Centro\nPeñón de los Baños, Ciudad de México",
    rfc: "XAXX010101000",
    footer: "¡Gracias por su compra!\nCambios con ticket en 30 días.",
  },
  number: "C2-000123",
  folio: "F47AC10B",
  invoiceCode: "7K2QX",
  date: "01/03/2026 10:20",
  register: "Caja 2",
  seller: "Lucía Muñoz",
  customer: "José Ángel Núñez",
  lines: [
    { name: "Coca Cola 600 ml", quantity: 3, unitTotal: 2146, total: 6438 },
    { name: "Piñata de estrella tradicional con picos", quantity: 1, unitTotal: 34900, total: 34900 },
    { name: "Supercalifragilisticoespialidosodeazúcar", quantity: 1000, unitTotal: 100, total: 100000 },
    { name: "Refrigerador industrial", quantity: 1, unitTotal: 999999999, total: 999999999 },
    { name: "Pan", quantity: 2, unitTotal: 2550, total: 5100 },
  ],
  total: 1000146437,
  saved: 3879,
  taxes: [
    { rate: "0.16", base: 862190860, tax: 137950477 },
    { rate: "0.00", base: 5100, tax: 0 },
    { rate: "EXENT", base: 2067, tax: 0 },
  ],
  tenders: [
    { name: "Tarjeta de débito", amount: 1000000000 },
    { name: "Efectivo", amount: 146437 },
  ],
  received: 150000,
  change: 3563,
  points: { earned: 100015, balance: 100115 },
  qr: "f47ac10b-58cc-4372-a567-0e02b2c3d479",
};

/** The least that a ticket of a shop without texts has. */
export const PLAIN_TICKET = {
  shop: { name: "", address: "", rfc: "", footer: "" },
  number: "C2-000124",
  folio: "0A1B2C3D",
  date: "01/03/2026 10:21",
  seller: "ana",
  lines: [{ name: "Pan", quantity: 1, unitTotal: 2550, total: 2550 }],
  total: 2550,
  taxes: [{ rate: "0.00", base: 2550, tax: 0 }],
  tenders: [{ name: "Efectivo", amount: 2550 }],
};
