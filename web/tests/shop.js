/** The things of a small shop, for tests. */

export const TODAY = "2026-03-01";

export const COLA = {
  id: 10,
  name: "Coca Cola 600 ml",
  sku: "7501055300075",
  price: "18.50",
  exact_price: "18.50",
  tax_rate: "0.16",
  final_price: "21.46",
  frequent_price: "19.31",
  price_changes: [],
};

export const BREAD = {
  id: 11,
  name: "Pan de muerto",
  sku: "PAN-1",
  price: "25.50",
  exact_price: "25.50",
  tax_rate: "0.00",
  final_price: "25.50",
  frequent_price: "25.50",
  price_changes: [],
};
