// @ts-check
/**
 * The states of the sales in a till's outbox, and how answers of `POST /api/sync/sales/` change them
 * (contract §8.6). Nothing is ever dropped: a sale leaves the outbox's care only when the shop has said that
 * it has it. One sale that fails never stops the next.
 *
 * ```
 * queued ──▶ sending ──▶ sent        it is an order
 *    ▲          │ ├────▶ held        the shop has it whole, a person has to mend it
 *    │          │ └────▶ overruled   given up here, but the shop had charged it: sent once that was seen
 *    ▲──────────┘ no answer, or one that does not name it
 * charging         the shop has charged it, or somebody has given it up
 * ```
 *
 * Points, credit and exchanges are balances of the shop. A sale that draws on them is charged as an order of
 * its `client_id`, while somebody waits, and then sent like any other, for its number; given up, it is sent
 * as undone, which cancels what there is of that order.
 */

/** @typedef {"charging" | "queued" | "sending" | "sent" | "held" | "overruled"} State */

/**
 * What is needed to charge a sale once, however often it is tried, and to bring it back if it is given up.
 *
 * @typedef {object} Charge
 * @property {string} key the payment's `Idempotency-Key`
 * @property {number | undefined} register whose drawer takes the cash of it
 * @property {import("./cart.js").Cart} cart
 * @property {number} total cents
 * @property {number} change cents
 */

/**
 * A sale as the outbox keeps it.
 *
 * @typedef {object} Entry
 * @property {{client_id: string, seq: number, sold_at: string} & Record<string, any>} sale as it is sent
 * @property {State} state
 * @property {number} attempts how often it was sent
 * @property {number} failures how often in a row it was answered with a failure of its own
 * @property {boolean} alone it is sent by itself: a batch with it was refused
 * @property {number} notBefore milliseconds since 1970
 * @property {{result: string, order: number | null, flags: string[], errors: any} | null} result the shop's
 * @property {Charge} [charge] of a sale that draws on balances
 * @property {{status: number, body: any} | null} problem the last refusal of this sale alone
 * @property {import("./sold_ticket.js").Kept} [ticket] what its ticket shows beside the sale; it is not sent
 */

/**
 * Why the sender waits: no sale is at fault.
 *
 * @typedef {object} Pause
 * @property {number} until milliseconds since 1970; the page may end it when the network is back or somebody
 *   has logged in
 * @property {null | "offline" | "signed_out" | "forbidden" | "busy" | "unavailable" | "failing"} reason
 * @property {number} failures in a row
 */

/** @typedef {{status: number | null, body?: any, retryAfterMs?: number}} Answer status null: none came */

const BATCH_MAX = 100;
/** @type {Readonly<Pause>} */
export const NO_PAUSE = Object.freeze({ until: 0, reason: null, failures: 0 });

const FIRST_MS = 1000;
const PAUSE_MAX_MS = 60_000;
const OWN_PAUSE_MAX_MS = 3_600_000;
/** After so many failures in a row, a sale of the batch may be the cause; no answer is mostly the network. */
const SUSPICIOUS = 3;
const SUSPICIOUSLY_SILENT = 8;
const UNSENT = new Set(["charging", "queued", "sending"]);
/** The reasons that one sale may cause. */
const FAILURES = new Set(["failing", "unavailable"]);
/** @type {Record<State, State[]>} */
const STEPS = {
  charging: ["queued"],
  queued: ["sending"],
  sending: ["queued", "sent", "held", "overruled"],
  overruled: ["sent"],
  sent: [],
  held: [],
};
/** @type {Record<string, Pause["reason"]>} */
const REASONS = {
  401: "signed_out",
  403: "forbidden",
  408: "busy",
  409: "busy",
  425: "busy",
  429: "busy",
  503: "unavailable",
};

/**
 * A sale that has just happened.
 *
 * @param {Entry["sale"]} sale
 * @returns {Entry}
 */
export function queued(sale) {
  const untried = { attempts: 0, failures: 0, alone: false, notBefore: 0, result: null, problem: null };
  return { sale, state: "queued", ...untried };
}

/**
 * A sale that the shop has to charge first. It is kept before anything is asked.
 *
 * @param {Entry["sale"]} sale
 * @param {Charge} charge
 * @returns {Entry}
 */
export function charging(sale, charge) {
  return { ...queued(sale), state: "charging", charge };
}

/**
 * The sale as the shop has charged it. It is sent for its number, and can not be undone any more.
 *
 * @param {Entry} entry
 * @returns {Entry}
 */
export function charged(entry) {
  return { ...moved(entry, "queued"), attempts: 1 };
}

/**
 * The sale as given up while nobody knew whether the shop has charged it. If it has, the shop keeps it, flags
 * it for review and says so: then it is `overruled`.
 *
 * @param {Entry} entry
 * @param {{at: string, reason: string}} why
 * @returns {Entry}
 */
export function givenUp(entry, why) {
  return { ...undone(moved(entry, "queued"), why), attempts: 1 };
}

/**
 * The sale that was given up and had been charged, after somebody has seen that.
 *
 * @param {Entry} entry
 * @returns {Entry}
 */
export function seen(entry) {
  return moved(entry, "sent");
}

/**
 * The entries that change when a till starts: what was being sent may have arrived or not, and is sent again;
 * the shop answers `duplicate` to what it has. All is due at once, as the clock may have been set back.
 *
 * @param {Entry[]} entries
 * @returns {Entry[]}
 */
export function afterStart(entries) {
  return entries
    .filter((entry) => entry.state === "sending" || (entry.state === "queued" && entry.notBefore > 0))
    .map((entry) => ({ ...entry, state: "queued", notBefore: 0 }));
}

/**
 * The entries to send next, in the order of their numbers: a batch of those without a fault, else one of the
 * others by itself. Empty if none is due.
 *
 * @param {Entry[]} entries
 * @param {number} now milliseconds since 1970
 * @param {number} [most] the shop's limit of a batch
 * @returns {Entry[]}
 */
export function nextBatch(entries, now, most = BATCH_MAX) {
  const due = entries
    .filter((entry) => entry.state === "queued" && entry.notBefore <= now)
    .sort((one, other) => one.sale.seq - other.sale.seq);
  const together = due.filter((entry) => !entry.alone);
  if (together.length) return together.slice(0, most);
  const [longest] = due.sort((one, other) => one.attempts - other.attempts || one.sale.seq - other.sale.seq);
  return longest ? [longest] : [];
}

/**
 * When the next sale is due, if none is now; `Infinity` if there is none to wait for.
 *
 * @param {Entry[]} entries
 * @param {Pause} pause
 * @returns {number} milliseconds since 1970
 */
export function nextDue(entries, pause) {
  const queued = entries.filter((entry) => entry.state === "queued");
  return Math.max(pause.until, Math.min(...queued.map((entry) => entry.notBefore)));
}

/**
 * The batch as it is on its way; it is kept before it is sent.
 *
 * @param {Entry[]} batch
 * @returns {Entry[]}
 */
export function onTheWay(batch) {
  return batch.map((entry) => ({ ...moved(entry, "sending"), attempts: entry.attempts + 1 }));
}

/**
 * The body of the request.
 *
 * @param {Entry[]} batch
 * @param {number} register
 * @param {Entry[]} entries the whole outbox, so that the shop learns how many are left after these
 */
export function bodyOf(batch, register, entries) {
  return { register, sales: batch.map((entry) => entry.sale), unsent: unsent(entries).length - batch.length };
}

/**
 * What became of a batch, and whether the sender waits now.
 *
 * @param {Entry[]} batch as it is `onTheWay`
 * @param {Answer} answer
 * @param {Pause} pause the one before
 * @param {{now: number, random: () => number}} chance `random` as `Math.random`
 * @returns {{entries: Entry[], pause: Pause}}
 */
export function settled(batch, answer, pause, chance) {
  const { status, body } = answer;
  if (status === 200 && Array.isArray(body?.results)) return answered(batch, body.results, chance);
  if (isRefusal(status)) return { entries: refused(batch, answer, chance), pause: NO_PAUSE };
  const reason = status === null ? "offline" : (REASONS[status] ?? "failing");
  const paused = pausedBy(reason, answer, pause, chance);
  return { entries: suspected(batch, answer, paused, chance), pause: paused };
}

/**
 * The sales that the shop has not confirmed.
 *
 * @param {Entry[]} entries
 * @returns {Entry[]}
 */
export function unsent(entries) {
  return entries.filter((entry) => UNSENT.has(entry.state));
}

/**
 * The figures of the status line: sales unsent and since when, those of them that the shop refuses, and those
 * that it holds for a person.
 *
 * @param {Entry[]} entries
 */
export function summary(entries) {
  const waiting = unsent(entries);
  const oldest = Math.min(...waiting.map((entry) => Date.parse(entry.sale.sold_at)));
  return {
    unsent: waiting.length,
    since: waiting.length ? oldest : null,
    refused: waiting.filter((entry) => entry.problem).length,
    held: entries.filter((entry) => entry.state === "held").length,
  };
}

/**
 * Whether somebody may sign out, clear the till's data or give its register up: not while a sale is unsent.
 *
 * @param {Entry[]} entries
 */
export function mayLeave(entries) {
  return unsent(entries).length === 0;
}

/**
 * Of entries that are old enough to be deleted, those that are kept for reprints only: neither unsent nor
 * overruled and not yet seen.
 *
 * @param {Entry[]} old
 * @returns {Entry[]}
 */
export function forgettable(old) {
  const waiting = new Set(unsent(old));
  return old.filter((entry) => !waiting.has(entry) && entry.state !== "overruled");
}

/**
 * The entries with every try due now, for a person who asks to send; together with `NO_PAUSE`.
 *
 * @param {Entry[]} entries
 * @returns {Entry[]}
 */
export function dueNow(entries) {
  return entries.map((entry) => (entry.notBefore ? { ...entry, notBefore: 0 } : entry));
}

/**
 * The sale as undone: its number is used, no goods and no money have moved. Null once it was sent, even
 * without an answer: the shop may have booked it, and what it has decided stays. Null if it is undone.
 *
 * @param {Entry} entry
 * @param {{at: string, reason: string}} why
 * @returns {Entry | null}
 */
export function voided(entry, why) {
  if (entry.state !== "queued" || entry.attempts > 0 || entry.sale.voided_at) return null;
  return undone(entry, why);
}

/**
 * How long to wait after so many failures in a row: twice as long each time, up to a limit; between half of
 * that and all of it, so that the tills of a shop do not come back at once.
 *
 * @param {number} failures at least 1
 * @param {() => number} random
 * @param {number} [mostMs]
 * @returns {number} milliseconds
 */
export function backoff(failures, random, mostMs = PAUSE_MAX_MS) {
  const whole = Math.min(FIRST_MS * 2 ** (failures - 1), mostMs);
  return Math.round(whole * (0.5 + random() / 2));
}

function answered(batch, results, chance) {
  const found = new Map(results.map((result) => [result.client_id, result]));
  const entries = batch.map((entry) => {
    const result = found.get(entry.sale.client_id);
    if (!result) return blamed(moved(entry, "queued"), { status: 200 }, chance);
    const { result: fate, order, flags, errors } = result;
    const told = { result: fate, order, flags, errors };
    return { ...decided(entry, told), failures: 0, alone: false, problem: null, result: told };
  });
  return { entries, pause: NO_PAUSE };
}

/** @returns {Entry} */
function decided(entry, { result, flags }) {
  if (result === "held") return moved(entry, "held");
  const isKept = result === "duplicate" && flags.includes("CONTENT_DIFFERS");
  if (!isKept || !entry.sale.voided_at) return moved(entry, "sent");
  const { voided_at: _, void_reason: __, ...sale } = entry.sale;
  return { ...moved(entry, "overruled"), sale };
}

/**
 * The shop, the network or who is logged in is the cause: all wait.
 *
 * @param {Pause["reason"]} reason
 * @param {Answer} answer
 * @returns {Pause}
 */
function pausedBy(reason, { retryAfterMs }, pause, { now, random }) {
  const failures = pause.failures + 1;
  return { until: now + Math.max(retryAfterMs ?? 0, backoff(failures, random)), reason, failures };
}

/**
 * A sale may be the cause after all: if failures go on, each sale is tried by itself, and one that the shop
 * fails on lets the others go first.
 */
function suspected(batch, answer, { failures, reason }, chance) {
  const waiting = batch.map((entry) => moved(entry, "queued"));
  const isSilent = answer.status === null;
  if (!isSilent && !FAILURES.has(reason)) return waiting;
  if (batch.length > 1) {
    const limit = isSilent ? SUSPICIOUSLY_SILENT : SUSPICIOUS;
    return failures < limit ? waiting : waiting.map((entry) => ({ ...entry, alone: true }));
  }
  return isSilent ? waiting : waiting.map((entry) => (entry.alone ? blamed(entry, answer, chance) : entry));
}

/** The request itself is refused: each sale of a batch is sent by itself at once, one alone is at fault. */
function refused(batch, answer, chance) {
  const apart = batch.map((entry) => ({ ...moved(entry, "queued"), alone: true }));
  return batch.length > 1 ? apart : apart.map((entry) => blamed(entry, answer, chance));
}

/** The next try of a sale that is at fault; the same text is refused again, so it may wait long. */
function blamed(entry, answer, { now, random }) {
  const failures = entry.failures + 1;
  const most = isRefusal(answer.status) ? OWN_PAUSE_MAX_MS : PAUSE_MAX_MS;
  const problem = { status: answer.status, body: answer.body ?? null };
  return { ...entry, failures, alone: true, notBefore: now + backoff(failures, random, most), problem };
}

function isRefusal(status) {
  return status >= 400 && status < 500 && !(status in REASONS);
}

/**
 * The sale as undone, but not before it was made: the clock of the device may be slower than that (`soldAt`).
 *
 * @returns {Entry}
 */
function undone(entry, { at, reason }) {
  const { sold_at: made } = entry.sale;
  return { ...entry, sale: { ...entry.sale, voided_at: at < made ? made : at, void_reason: reason } };
}

/** @returns {Entry} */
function moved(entry, state) {
  if (!STEPS[entry.state].includes(state)) throw new Error(`A sale that is ${entry.state} is never ${state}`);
  return { ...entry, state };
}
