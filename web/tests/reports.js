/** The reports of a shift as the API answers them, for tests. */

export function cashOf(more = {}) {
  return {
    opening: "500.00", taken: "0.00", refunded: "0.00", paid_in: "0.00", paid_out: "0.00", dropped: "0.00",
    credit_payments: "0.00", expected: "500.00", counted: null, difference: null, ...more,
  };
}

export function reportOf(more = {}) {
  const shift = {
    register_name: "Caja 1", opened_by: 4, opened_at: "2026-03-01T16:00:00Z", opening_difference: null,
    closed_at: null, closed_by: null, approved_by: null, z_number: null, note: null,
    left_in_drawer: null, withdrawn: null,
  };
  return {
    shift, cash: cashOf(), cancelled: 0, tenders: [], taxes: [], first_folio: null, last_folio: null,
    sales: { count: 0, gross: "0.00", discounts: "0.00", net: "0.00", tax: "0.00" },
    refunds: { count: 0, amount: "0.00", taxes: [] },
    layaway: { received: "0.00", returned: "0.00", applied: "0.00" },
    open_orders: 0, exchanges: { open: [] }, gaps: [], close_attempts: [], late: [], adjusted: null, ...more,
  };
}

export function zReport() {
  const tender = { payment_method: "CARD", count: 1, amount: "20.00", refunded: "0.00" };
  const before = reportOf();
  return {
    ...before,
    shift: {
      ...before.shift, z_number: 3, closed_at: "2026-03-01T23:00:00Z", closed_by: 4, approved_by: 2,
      left_in_drawer: "200.00", withdrawn: "310.00", opening_difference: "-5.00", note: "Sin cambio",
    },
    cash: cashOf({ counted: "510.00", difference: "10.00" }),
    tenders: [{ ...tender, counted: "20.00", difference: "0.00" }],
    taxes: [
      { tax_rate: "0.16", base: "17.24", tax: "2.76" },
      { tax_rate: "EXENT", base: "5.00", tax: "0.00" },
    ],
    layaway: { received: "100.00", returned: "0.00", applied: "0.00" },
    exchanges: { open: [{ return: 9, left: "40.00" }] },
    close_attempts: [
      { user: 4, counted_cash: "510.00", difference: null, unsent: 2, at: "2026-03-01T22:58:00Z" },
    ],
    late: [{ kind: "SALE", order: 5, amount: "22.00", payment_method: "CASH", at: "2026-03-01T23:05:00Z" }],
    adjusted: { expected: "522.00", difference: "-12.00" },
  };
}
