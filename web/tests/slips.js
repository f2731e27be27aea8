/** What slips are of, as the API answers it, and their words; for tests. */

import { addTexts, t } from "../shell/texts.js";
import shell from "../shell/texts/es.js";
import till from "../till/texts/es.js";
import { ticketDate } from "../till/ticket_words.js";
import { TICKET } from "./words.js";

addTexts(shell, till);

export const SLIP_WORDS = {
  t,
  nameOf: (id) => ({ 2: "Lucía Muñoz", 4: "Ana" })[id] ?? `usuario ${id}`,
  dateOf: (at) => ticketDate(at, "America/Mexico_City"),
  shop: TICKET.shop,
  now: Date.parse("2026-03-02T01:12:00Z"),
};

export const MOVEMENT = {
  movement: {
    id: 8, kind: "PAID_OUT", amount: "120.50", user: 4, created_at: "2026-03-01T18:05:00Z",
    reason: "Hielo y bolsas para la fiesta del sábado, de la tienda de Juan",
  },
  shift: { register_name: "Caja 2" },
};

export const RETURN = {
  ticket: "C2-000123",
  returned: {
    id: 31, order: 102, refund_amount: "413.38", points_returned: 1200, points_taken_back: 15,
    refunds: [
      { payment_method: "CARD", amount: "349.00" },
      { payment_method: "CASH", amount: "64.38" },
    ],
    items: [
      {
        product_id: 1, product_name: "Piñata de estrella tradicional con picos", quantity: 1,
        unit_refund: "349.00", amount: "349.00", disposition: "RESTOCK",
      },
      {
        product_id: 2, product_name: "Coca Cola 600 ml", quantity: 3,
        unit_refund: "21.46", amount: "64.38", disposition: "DISCARD",
      },
    ],
    reason: "Ya no lo quiere", user: 4, approved_by: 2, created_at: "2026-03-01T18:30:00Z",
    exchange_left: null, payout: null,
  },
};

export const EXCHANGED = {
  ...RETURN,
  returned: {
    ...RETURN.returned, refunds: [{ payment_method: "EXCHANGE", amount: "413.38" }], exchange_left: "413.38",
    points_returned: 0,
  },
};

export const PAID_OUT = {
  ...EXCHANGED.returned, exchange_left: "0.00",
  payout: { amount: "64.38", user: 2, at: "2026-03-08T17:45:00Z" },
};

const paid = (payment, at, method, amount, kind = null) => ({
  payment, payment_method: method, amount, card_kind: kind, user: 4, created_at: at,
});

export const LAYAWAY = {
  id: 3, order: 102, ticket_folio: "F47AC10B", customer: 1, customer_name: "José Ángel Núñez", user: 4,
  status: "OPEN", total: "1116.00", paid: "473.20", balance: "642.80", due_date: "2026-03-31", overdue: false,
  created_at: "2026-03-01T16:20:00Z", refunds: [], fee: null, cash_received: "300.00", change: "50.00",
  items: [
    { product_name: "Licuadora de diez velocidades", quantity: 2, amount: "862.08", tax_amount: "137.92" },
    { product_name: "Vaso", quantity: 4, amount: "100.00", tax_amount: "16.00" },
  ],
  payments: [
    paid(5, "2026-03-01T16:20:00Z", "TRANSFER", "223.20"),
    paid(6, "2026-03-08T17:45:00Z", "CASH", "150.00"),
    paid(6, "2026-03-08T17:45:00Z", "CARD", "100.00", "DEBIT"),
  ],
};

export const CANCELLED = {
  ...LAYAWAY, status: "CANCELLED", fee: "47.32", cash_received: null, change: null,
  refunds: [
    { payment_method: "TRANSFER", amount: "200.88" },
    { payment_method: "CASH", amount: "135.00" },
    { payment_method: "CARD", amount: "90.00" },
  ],
};
