/** Days of the shop as the API writes them, `2026-11-28`, and as people read them. */
import { day as inThisYear, dayAndYear, dayInShop } from "../shell/format.js";

/** Today in the shop. */
export const todayInShop = () => dayInShop(Date.now());

/** The day so many days after another; before it, if fewer than none. */
export function dayAfter(day, count) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + count)).toISOString().slice(0, 10);
}

/** `vie 27 nov`; with its year where that is another one than today's. */
export const dayTold = (day) => (yearOf(day) === yearOf(todayInShop()) ? inThisYear(day) : dayAndYear(day));

const yearOf = (day) => day.slice(0, 4);

/** The first and the last day of a period; one day alone by itself. */
export const daysTold = ({ start, end }) =>
  (start === end ? dayTold(start) : `${dayTold(start)} – ${dayTold(end)}`);
