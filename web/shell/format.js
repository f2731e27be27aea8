/** Dates, times and numbers as people read them, in the shop's time zone and the device's language. */
import { language } from "./texts.js";

const LOCALES = { es: "es-MX", en: "en-US" };
const LOCALE = LOCALES[language];

let zone = "America/Mexico_City";

/** The shop's time zone (IANA), which the API names; all dates and times are shown in it. */
export function setTimeZone(name) {
  zone = name;
}

/** Formatters are slow to make, and a list needs hundreds: each is made once, and anew for another zone. */
function formatted(options, locale = LOCALE) {
  let made = null;
  return (when) => {
    if (made?.zone !== zone) {
      made = { zone, format: new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }) };
    }
    return made.format.format(new Date(when));
  };
}

/** `3 mar 2026` */
export const date = formatted({ day: "numeric", month: "short", year: "numeric" });

/** `14:32` */
export const time = formatted({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** `14:32:10` */
export const exactTime = formatted({
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

const MINUTE = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const minute = formatted(MINUTE);
const minuteAndYear = formatted({ ...MINUTE, year: "numeric" });
const yearOf = formatted({ year: "numeric" });

/** `3 mar, 14:32`; with its year where that is another one than now. The day stays beside its month. */
export function dateAndTime(when) {
  const shown = yearOf(when) === yearOf(Date.now()) ? minute : minuteAndYear;
  return shown(when).replace(" ", "\u00a0");
}

/** `2026-11-27`: the day of the shop at a moment, as the API writes it. */
export const dayInShop = formatted({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA");

/** `vie 27 nov`, of a day of the shop as the API writes it (`2026-11-27`), which is no instant. */
export const day = formatted({ timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });

/** `vie 27 nov 2026`, of such a day. */
export const dayAndYear = formatted({
  timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric",
});

/** `nov 2026`, of the month in which such a day is. */
export const month = formatted({ timeZone: "UTC", month: "short", year: "numeric" });

/** `27 nov`, of such a day. */
export const shortDay = formatted({ timeZone: "UTC", day: "numeric", month: "short" });

const weekday = formatted({ timeZone: "UTC", weekday: "short" });

/** `lun`, of an ISO weekday: 1 to 7 from Monday. */
export const weekdayName = (iso) => weekday(Date.UTC(2024, 0, iso));

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

/** `hace 3 h`, of a moment in the past. */
export function ago(when, now = Date.now()) {
  const passed = Math.max(now - new Date(when), 0);
  const [unit, size] = UNITS.find(([, each]) => passed >= each) ?? UNITS.at(-1);
  const words = new Intl.RelativeTimeFormat(LOCALE, { style: "short", numeric: "always" });
  return words.format(-Math.floor(passed / size), unit);
}

/** The shop's time zone (IANA). */
export const timeZone = () => zone;

/** Writes numbers as `Intl.NumberFormat` does with these options; made once for all that are written so. */
export function numbers(options) {
  let made = null;
  return (value) => (made ??= new Intl.NumberFormat(LOCALE, options)).format(value);
}

/** `1,234.5` */
export const number = numbers({});

/** `+3` or `-3`: a change, its sign as of all that is `written`. */
export const signed = (change, written = number) => `${change > 0 ? "+" : ""}${written(change)}`;

/** `12–14`, of the first and the last of some numbers in a row; one alone by itself. */
export const span = ([first, last]) => (first === last ? `${first}` : `${first}–${last}`);

/** `0.123` → `12.3%`, with at most one decimal. */
export const percent = numbers({ style: "percent", maximumFractionDigits: 1 });

const exactPercent = numbers({ style: "percent", maximumFractionDigits: 2 });

/** `"12.50"` → `12.5%`, of a percentage as the API writes it. */
export const percentTold = (text) => exactPercent(Number(text) / 100);
