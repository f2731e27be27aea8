/** What waits for somebody in the shop, asked of the public lists after the first paint of the page. */

import { dayInShop } from "../shell/format.js";
import { cents } from "../shell/money.js";
import { answerIfAny } from "./asking.js";
import { dayAfter } from "./days.js";
import { askForNames } from "./names.js";

/** How many rows of a list are shown. */
export const SHOWN = 5;

/** A shift that is closed today was opened at most so many days ago: overnight, or forgotten on a holiday. */
const OPEN_DAYS = 7;

/** Each list with its query: the first rows, and how many there are. */
const LISTS = {
  openShifts: ["/api/shifts/", { status: "OPEN" }],
  tills: ["/api/sync/registers/", {}],
  held: ["/api/sync/held/", { limit: SHOWN }],
  flagged: ["/api/orders/", { reviewed: "false", limit: SHOWN }],
  shortfalls: ["/api/products/shortfalls/", { limit: SHOWN }],
  layaways: ["/api/layaways/", { status: "OPEN", limit: SHOWN }],
  overdue: ["/api/layaways/", { overdue: "true", limit: SHOWN }],
  debtors: ["/api/customers/", { ordering: "-credit_used", limit: SHOWN, count: "none" }],
};
const DEBTS = "/api/customers/debts/";

/**
 * All that is pending, and the shifts that were closed `today` (a day of the store, `2026-11-28`).
 * A list that cannot be had is null: the others are shown all the same.
 * @returns {Promise<Record<string, {rows: object[], count: number} | null>>}
 */
export async function pending(today) {
  const closed = ["/api/shifts/", { status: "CLOSED", date_from: dayAfter(today, -OPEN_DAYS) }];
  const wanted = { ...LISTS, closedShifts: closed };
  const lists = Object.entries(wanted).map(async ([name, [path, query]]) => [name, await list(path, query)]);
  const [debts, found] = await Promise.all([answerIfAny(DEBTS), Promise.all(lists), askForNames()]);
  const { closedShifts, debtors, ...others } = Object.fromEntries(found);
  return {
    ...others,
    closedShifts: closedShifts && closedOn(today, closedShifts),
    debtors: debts && debtors && { ...debtsIn(debts.body), rows: owing(debtors.rows) },
  };
}

/** What all customers owe in cents, by age; `to` is null for the oldest. */
function debtsIn({ total, customers, ages }) {
  return {
    count: customers,
    total: cents(total),
    ages: ages.map(({ from_days: from, to_days: to, amount }) => ({ from, to, amount: cents(amount) })),
  };
}

function closedOn(today, { rows }) {
  const own = rows.filter(({ closed_at: at }) => dayInShop(Date.parse(at)) === today);
  return { rows: own, count: own.length };
}

async function list(path, query) {
  const found = await answerIfAny(path, query);
  if (found === null) return null;
  const { body: rows, headers } = found;
  return { rows, count: Number(headers.get("X-Total-Count") ?? rows.length) };
}

/** The tills that have something to tell: sales not sent yet, or numbers that never came. */
export function troubledTills(tills) {
  return tills.filter(({ gaps, unsent }) => gaps.length > 0 || unsent > 0);
}

/** The closed shifts whose drawer did not hold what was expected. */
export function withDifference(shifts) {
  return shifts.filter(({ difference }) => difference !== null && cents(difference) !== 0);
}

/** The customers who owe money, of those who owe most. */
function owing(customers) {
  return customers.filter(({ credit_used: owed }) => cents(owed) > 0);
}
