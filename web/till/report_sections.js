// @ts-check
/**
 * What the report of a shift says, in sections: shown on the screen, or in the columns of a roll of paper
 * (contract §8.1).
 */

import { wayOf } from "../shell/cash.js";
import { dateAndTime, number, percent, span, time } from "../shell/format.js";
import { cents, shown } from "../shell/money.js";
import { Roll } from "./rows.js";

/**
 * A value with `tone`: what is as it should be, or what is not.
 *
 * @typedef {{text: string, tone?: "good" | "bad"}} Value
 */

/** @typedef {{name: string, values: Value[], strong?: boolean}} Figure */

/**
 * Without columns each figure has one value.
 *
 * @typedef {{title: string, columns: string[], figures: Figure[]}} Section
 */

/** @typedef {(key: string, values?: Record<string, unknown>) => string} Texts */

/**
 * The head of a report: what it is, and by whom and when.
 *
 * @param {any} shift
 * @param {{t: Texts, nameOf: (id: number) => string, dateOf?: (at: string) => string}} words
 * @returns {{title: string, lines: string[]}}
 */
export function headOf(shift, { t, nameOf, dateOf = dateAndTime }) {
  const { z_number: z, closed_at: closedAt, approved_by: approvedBy } = shift;
  const lines = [t("report.opened", { at: dateOf(shift.opened_at), who: nameOf(shift.opened_by) })];
  if (closedAt) lines.push(t("report.closed", { at: dateOf(closedAt), who: nameOf(shift.closed_by) }));
  if (approvedBy) lines.push(t("report.approved", { who: nameOf(approvedBy) }));
  if (shift.note) lines.push(...shift.note.split("\n"));
  const name = z === null ? t("report.x") : t("report.z", { number: z });
  return { title: `${name} · ${shift.register_name}`, lines };
}

/**
 * The sections of a report, without those in which nothing happened.
 *
 * @param {any} report as the API answers it
 * @param {Texts} t
 * @returns {Section[]}
 */
export function sectionsOf(report, t) {
  const one = (name, value, strong = false) => ({ name: t(name), values: [value], strong });
  const listed = (title, figures) => ({ title: t(title), columns: [], figures });
  const table = (title, names, figures) =>
    ({ title: t(title), columns: names.map((name) => t(name)), figures });
  const taxed = (title, taxes) => table(title, ["taxes.base", "taxes.tax"], taxes.map(
    ({ tax_rate: rate, base, tax }) => ({ name: rateShown(rate, t), values: [money(base), money(tax)] }),
  ));
  const { shift, cash, sales, refunds, tenders, layaway, exchanges, adjusted } = report;
  const { first_folio: first, last_folio: last } = report;
  const counted = tenders.filter((tender) => tender.counted !== null);
  const left = exchanges.open.reduce((sum, each) => sum + cents(each.left), 0);
  return [
    listed("report.cash", [
      ...wayOf(cash).map(({ name, value }) => one(`cash.${name}`, plain(shown(value)))),
      one("cash.expected", cash.expected === null ? plain(t("report.blind")) : money(cash.expected), true),
      ...(cash.counted === null ? [] : [
        one("cash.counted", money(cash.counted)),
        one("cash.difference", difference(cash.difference), true),
        one("cash.left", money(shift.left_in_drawer)),
        one("cash.withdrawn", money(shift.withdrawn)),
      ]),
      ...(isNothing(shift.opening_difference) ? [] : [
        one("cash.opening_difference", difference(shift.opening_difference)),
      ]),
    ]),
    listed("report.sales", [
      one("sales.count", plain(number(sales.count))),
      one("sales.gross", money(sales.gross)),
      one("sales.discounts", plain(shown(-cents(sales.discounts) || 0))),
      one("sales.net", money(sales.net)),
      one("sales.tax", money(sales.tax)),
      one("sales.total", plain(shown(cents(sales.net) + cents(sales.tax))), true),
    ]),
    table("report.tenders", ["tenders.count", "tenders.amount", "tenders.refunded"],
      tenders.map((tender) => ({
        name: t(`method.${tender.payment_method}`),
        values: [plain(number(tender.count)), money(tender.amount), money(tender.refunded)],
      }))),
    table("report.counted", ["tenders.counted", "tenders.difference"], counted.map((tender) => ({
      name: t(`method.${tender.payment_method}`),
      values: [money(tender.counted), difference(tender.difference)],
    }))),
    taxed("report.taxes", report.taxes),
    listed("report.refunds", [
      one("refunds.count", plain(number(refunds.count))),
      one("refunds.amount", money(refunds.amount), true),
    ]),
    taxed("refunds.taxes", refunds.taxes),
    listed("report.layaway", Object.entries(layaway)
      .filter(([, text]) => !isNothing(text))
      .map(([name, text]) => one(`layaway.${name}`, money(text)))),
    listed("report.tickets", [
      ...(first ? [one("tickets.folios", plain(`${first} – ${last}`))] : []),
      one("tickets.cancelled", plain(number(report.cancelled))),
      one("tickets.open", plain(number(report.open_orders))),
      ...(report.gaps.length ? [one("tickets.gaps", plain(report.gaps.map(span).join(", ")))] : []),
      ...(left ? [one("tickets.exchanges", plain(shown(left)))] : []),
    ]),
    table("report.attempts", ["attempts.counted", "attempts.difference", "attempts.unsent"],
      report.close_attempts.map((attempt) => ({
        name: time(attempt.at),
        values: [money(attempt.counted_cash), difference(attempt.difference), plain(number(attempt.unsent))],
      }))),
    table("report.late", ["late.method", "late.amount"], report.late.map((each) => ({
      name: `${dateAndTime(each.at)} · ${t(`late.${each.kind}`)}`,
      values: [
        plain(t(`method.${each.payment_method}`)),
        plain(shown(cents(each.amount) * (each.kind === "REFUND" ? -1 : 1))),
      ],
    }))),
    listed("report.adjusted", adjusted === null ? [] : [
      one("cash.expected", money(adjusted.expected)),
      one("cash.difference", difference(adjusted.difference), true),
    ]),
  ].filter(({ figures }) => figures.length > 0);
}

/**
 * The report as rows of a roll: of a figure with several values each stands below its name.
 *
 * @param {any} report
 * @param {number} columns
 * @param {import("./slips.js").Words} words
 * @returns {import("./rows.js").Row[]}
 */
export function reportRows(report, columns, { now, ...words }) {
  const { t, dateOf, shop } = words;
  const roll = new Roll(columns);
  const { title, lines } = headOf(report.shift, words);
  roll.shop(shop, t("ticket.rfc"));
  roll.centred(title, true);
  roll.blank();
  lines.forEach((line) => roll.left(line));
  roll.left(t("slip.printed", { at: dateOf(now) }));
  for (const section of sectionsOf(report, t)) {
    roll.rule();
    roll.centred(section.title, true);
    for (const { name, values, strong } of section.figures) {
      if (!section.columns.length) roll.pair(name, values[0].text, strong);
      else {
        roll.left(name);
        values.forEach(({ text }, at) => roll.under(section.columns[at], text));
      }
    }
  }
  if (report.shift.closed_at) roll.signature(t("slip.signature"));
  return roll.rows;
}

/** @returns {Value} */
function plain(text) {
  return { text };
}

/** @returns {Value} */
function money(text) {
  return plain(text === null ? "–" : shown(cents(text)));
}

/**
 * What is too much has a plus, what is missing a minus.
 *
 * @returns {Value}
 */
function difference(text) {
  if (text === null) return plain("–");
  const value = cents(text);
  return { text: `${value > 0 ? "+" : ""}${shown(value)}`, tone: value === 0 ? "good" : "bad" };
}

function isNothing(text) {
  return text === null || cents(text) === 0;
}

function rateShown(rate, t) {
  if (rate === null) return t("taxes.unknown");
  return rate === "EXENT" ? t("taxes.exempt") : t("taxes.rate", { percent: percent(Number(rate)) });
}
