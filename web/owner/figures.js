/** Pure arithmetic of the charts: scales, ticks, changes, shares. Knows neither the page nor the API. */
import { shown } from "../shell/money.js";

const ROUND_STEPS = [1, 2, 2.5, 5, 10];

/**
 * The ticks of an axis that begins at 0 and covers `largest`, in round steps.
 * @param {number} largest the highest value shown; 0 or less gives an axis of one step
 * @param {{steps?: number, smallest?: number}} [options] about how many steps, and the smallest allowed
 *   (1 for things that are counted: there is no half ticket)
 * @returns {number[]} from 0, ascending; the last one is at least `largest`
 */
export function ticks(largest, { steps = 4, smallest = 1 } = {}) {
  const wanted = Math.max(largest / steps, smallest);
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  const fits = (step) => step >= wanted && Number.isInteger(step / smallest);
  const step = ROUND_STEPS.map((round) => round * magnitude).find(fits) ?? 10 * magnitude;
  const count = Math.max(Math.ceil(largest / step), 1);
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

/**
 * A linear scale from 0 to `largest` onto 0 to `length`, never outside of it.
 * @returns {(value: number) => number}
 */
export function scale(largest, length) {
  if (largest <= 0) return () => 0;
  return (value) => (Math.min(Math.max(value, 0), largest) / largest) * length;
}

/**
 * Where bars of these values lie beside each other in this room: all begin at `zero`, losses go to its left.
 * @param {number[]} values
 * @param {number} room
 * @returns {{zero: number, bars: {x: number, length: number}[]}}
 */
export function barsIn(values, room) {
  const lowest = Math.min(0, ...values);
  const length = scale(Math.max(0, ...values) - lowest, room);
  const zero = length(-lowest);
  const bars = values.map((value) => ({ x: zero - length(-value), length: length(Math.abs(value)) }));
  return { zero, bars };
}

/**
 * How `now` compares with `before`, null where one is not known; `percent` is the report's change, null where
 * what was before is not above 0.
 * @returns {{kind: "none"|"new"|"same"|"up"|"down", ratio: number | null, difference: number}} `new` where
 *   there was nothing before, `none` where there is nothing to compare
 */
export function change(now, before, percent) {
  if (now === null || before === null || (now === 0 && before === 0)) {
    return { kind: "none", ratio: null, difference: 0 };
  }
  const difference = now - before;
  const ratio = percent === null ? null : percent / 100;
  if (difference === 0) return { kind: "same", ratio, difference };
  if (difference < 0) return { kind: "down", ratio, difference };
  return { kind: before === 0 ? "new" : "up", ratio, difference };
}

export const HEAT_LEVELS = 5;

/** The level of a heat cell: 0 for nothing, else 1 to `HEAT_LEVELS`, in equal steps up to `largest`. */
export function level(value, largest) {
  if (value <= 0 || largest <= 0) return 0;
  return Math.min(HEAT_LEVELS, Math.ceil((value / largest) * HEAT_LEVELS));
}

/** The text with at most so many letters, the last one `…` if some are left out. */
export function clipped(text, most) {
  const room = Math.max(1, Math.floor(most));
  return text.length <= room ? text : `${text.slice(0, room - 1).trimEnd()}…`;
}

/**
 * Which of `count` labels are written if each takes `needed` of `width`: every n-th from the first.
 * @returns {number} n, at least 1
 */
export function everyNth(count, width, needed) {
  return Math.max(1, Math.ceil((count * needed) / Math.max(width, 1)));
}

/** Integer cents of an amount that the reports answer as a JSON number; null stays null. */
export function centsOf(number) {
  return number === null || number === undefined ? null : Math.round(number * 100);
}

/** An amount for people; `–` where it is not known. */
export const shownIfKnown = (cents) => (cents === null ? "–" : shown(cents));

/** The next position in a row of `count` for a key; the same one where the key moves nowhere. */
export function moved(at, key, count, columns = 1) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const next = at + (steps[key] ?? 0);
  return next < 0 || next >= count ? at : next;
}
