import assert from "node:assert/strict";
import { test } from "node:test";

import {
  NO_PAUSE,
  afterStart,
  backoff,
  bodyOf,
  charged,
  charging,
  dueNow,
  forgettable,
  givenUp,
  mayLeave,
  nextBatch,
  nextDue,
  onTheWay,
  queued,
  seen,
  settled,
  summary,
  unsent,
  voided,
} from "../till/outbox_states.js";

const NOW = Date.parse("2026-03-01T18:00:00Z");
const CHANCE = { now: NOW, random: () => 1 };

const entry = (seq) => queued({ client_id: `sale-${seq}`, seq, sold_at: new Date(NOW + seq).toISOString() });
const entries = (...numbers) => numbers.map(entry);
const fate = (seq, result = "created") => {
  return { client_id: `sale-${seq}`, result, order: 100 + seq, flags: [], errors: null };
};
const booked = (...results) => ({ status: 200, body: { results } });
const numbers = (found) => found.map(({ sale }) => sale.seq);
const states = (found) => found.map(({ state }) => state);
const settle = (batch, answer, pause = NO_PAUSE) => settled(onTheWay(batch), answer, pause, CHANCE);

/** The batch and the pause after so many of the same answer. */
function settledOften(batch, answer, times) {
  let pause = NO_PAUSE;
  for (let attempt = 0; attempt < times; attempt += 1) {
    ({ entries: batch, pause } = settle(batch, answer, pause));
  }
  return [batch, pause];
}

test("sales are sent in the order of their numbers, so many at once", () => {
  assert.deepEqual(numbers(nextBatch(entries(3, 1, 2), NOW)), [1, 2, 3]);
  assert.deepEqual(numbers(nextBatch(entries(3, 1, 2), NOW, 2)), [1, 2]);
  assert.deepEqual(nextBatch(onTheWay(entries(1)), NOW), []);
});

test("whatever the shop has is sent, what it holds is told", () => {
  const results = ["created", "paid", "revived", "voided", "duplicate", "held"];
  const batch = results.map((_, at) => entry(at));
  const done = settle(batch, booked(...results.map((result, at) => fate(at, result))));
  assert.deepEqual(states(done.entries), ["sent", "sent", "sent", "sent", "sent", "held"]);
  assert.deepEqual(done.entries[0].result, { result: "created", order: 100, flags: [], errors: null });
  assert.deepEqual(done.pause, NO_PAUSE);
  assert.deepEqual(summary(done.entries), { unsent: 0, since: null, refused: 0, held: 1 });
});

test("a sale that the answer does not name is sent again, by itself", () => {
  const done = settle(entries(1, 2), booked(fate(2)));
  assert.deepEqual(states(done.entries), ["queued", "sent"]);
  assert.deepEqual(nextBatch(done.entries, NOW), []);
  assert.deepEqual(numbers(nextBatch(done.entries, NOW + 60_000)), [1]);
});

test("without an answer nothing is lost, and the sender waits longer each time", () => {
  let [batch, pause] = [entries(1, 2), NO_PAUSE];
  const waits = [];
  for (let attempt = 0; attempt < 9; attempt += 1) {
    ({ entries: batch, pause } = settle(batch, { status: null }, pause));
    assert.deepEqual([states(batch), pause.reason], [["queued", "queued"], "offline"]);
    waits.push(pause.until - NOW);
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  assert.ok(batch.every((each) => each.notBefore === 0 && each.problem === null));
  assert.deepEqual(settle(batch, booked(fate(1), fate(2)), pause).pause, NO_PAUSE);
});

test("waits are spread between half and all", () => {
  assert.equal(backoff(3, () => 0), 2000);
  assert.equal(backoff(3, () => 1), 4000);
  assert.equal(backoff(60, () => 1), 60_000);
});

test("the page can tell why the sender waits", () => {
  const reason = (status, more = {}) => settle(entries(1), { status, ...more }).pause.reason;
  const reasons = [401, 403, 409, 429, 503, 500, 502, 302].map((status) => reason(status));
  const all = ["signed_out", "forbidden", "busy", "busy", "unavailable", "failing", "failing", "failing"];
  assert.deepEqual(reasons, all);
  assert.equal(settle(entries(1), { status: 429, retryAfterMs: 5000 }).pause.until, NOW + 5000);
  assert.equal(settle(entries(1), { status: 200, body: "<html>" }).pause.reason, "failing");
});

test("a batch that is refused is taken apart, and only the bad sale stays", () => {
  const apart = settle(entries(1, 2, 3), { status: 400, body: {} });
  assert.deepEqual(apart.pause, NO_PAUSE);
  const one = nextBatch(apart.entries, NOW);
  assert.deepEqual(numbers(one), [1]);
  const bad = settle(one, { status: 400, body: { sales: ["?"] } });
  assert.deepEqual(bad.entries[0].problem, { status: 400, body: { sales: ["?"] } });
  const rest = [...bad.entries, ...apart.entries.slice(1)];
  assert.deepEqual(numbers(nextBatch(rest, NOW)), [2]);
  assert.deepEqual(summary(rest), { unsent: 3, since: NOW + 1, refused: 1, held: 0 });
  assert.equal(mayLeave(rest), false);
  assert.deepEqual(numbers(nextBatch([...rest, entry(4)], NOW)), [4], "a new sale does not wait for them");
});

test("a sale that the shop fails on lets the others go first, and is tried each minute", () => {
  const [batch] = settledOften(entries(1, 2), { status: 503 }, 3);
  assert.ok(batch.every((each) => each.alone && each.notBefore === 0));
  let [first] = nextBatch(batch, NOW);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    [first] = settle([{ ...first, notBefore: 0 }], { status: 500 }).entries;
    assert.deepEqual(numbers(nextBatch([first, batch[1]], NOW)), [2]);
  }
  assert.equal(first.notBefore, NOW + 60_000);
  assert.deepEqual(numbers(nextBatch(dueNow([first]), NOW)), [1]);
});

test("no sale is at fault when nobody is logged in or the shop is busy", () => {
  for (const status of [401, 403, 429]) {
    const [batch] = settledOften(entries(1, 2), { status }, 20);
    assert.ok(batch.every((each) => !each.alone && !each.problem && each.notBefore === 0), `${status}`);
  }
});

test("a sale on which the shop falls silent does not stop the others", () => {
  const [batch, pause] = settledOften(entries(1, 2), { status: null }, 8);
  const [silent] = settle(nextBatch(batch, NOW), { status: null }, pause).entries;
  assert.deepEqual([silent.sale.seq, silent.problem], [1, null]);
  assert.deepEqual(numbers(nextBatch([silent, batch[1]], NOW)), [2]);
});

test("what was being sent when the till died is sent again", () => {
  const [sent] = settle(entries(3), booked(fate(3))).entries;
  const found = afterStart([...onTheWay(entries(1)), entry(2), sent]);
  assert.deepEqual(numbers(found), [1]);
  assert.deepEqual(states(found), ["queued"]);
});

test("a till that starts tries all at once: its clock may have been set back since", () => {
  const refused = settle(entries(1), { status: 422, body: {} }).entries;
  assert.deepEqual(nextBatch(refused, NOW - 1), []);
  assert.deepEqual(numbers(nextBatch(afterStart(refused), NOW - 1)), [1]);
});

test("nobody leaves while a sale is unsent", () => {
  assert.equal(mayLeave(entries(1)), false);
  assert.equal(mayLeave(onTheWay(entries(1))), false);
  const results = settle(entries(1, 2), booked(fate(1), fate(2, "held"))).entries;
  assert.equal(mayLeave(results), true);
  assert.equal(mayLeave([]), true);
});

test("the request says how many are left after it", () => {
  const all = entries(1, 2, 3);
  const batch = onTheWay(nextBatch(all, NOW, 2));
  const body = bodyOf(batch, 7, [...batch, all[2]]);
  assert.deepEqual([body.register, body.sales.map((sale) => sale.seq), body.unsent], [7, [1, 2], 1]);
});

test("of old sales only those that the shop has may be forgotten", () => {
  const old = [...settle(entries(1), booked(fate(1))).entries, entry(2)];
  assert.deepEqual(numbers(forgettable(old)), [1]);
});

test("a sale that was given up and had been charged stays until somebody has seen that", () => {
  const told = { ...entry(1), state: "overruled" };
  assert.deepEqual(forgettable([told]), []);
  assert.deepEqual(numbers(forgettable([seen(told)])), [1]);
});

test("the sender looks again when the next sale is due or its pause ends, and never if nothing waits", () => {
  const [sent] = settle(entries(3), booked(fate(3))).entries;
  const late = { ...entry(2), notBefore: NOW + 500 };
  assert.equal(nextDue([late, { ...late, notBefore: NOW + 900 }, sent], NO_PAUSE), NOW + 500);
  assert.equal(nextDue([late], { ...NO_PAUSE, until: NOW + 2000 }), NOW + 2000);
  assert.equal(nextDue([sent, ...onTheWay(entries(1))], NO_PAUSE), Infinity);
});

test("a sale is undone until it is sent for the first time", () => {
  const at = "2026-03-01T18:01:00Z";
  const { sale } = voided(entry(1), { at, reason: "error" });
  assert.deepEqual([sale.voided_at, sale.void_reason, sale.seq], [at, "error", 1]);
  const slow = voided(entry(1), { at: "2026-03-01T17:50:00.000Z", reason: "error" });
  assert.equal(slow.sale.voided_at, slow.sale.sold_at);
  const [tried] = settle(entries(1), { status: null }).entries;
  assert.equal(voided(tried, { at: "", reason: "" }), null);
  assert.equal(voided({ ...entry(1), sale }, { at: "", reason: "" }), null);
});

test("a sale that is sent never changes again", () => {
  const sent = settle(entries(1), booked(fate(1))).entries;
  assert.throws(() => onTheWay(sent), /never/);
  assert.throws(() => settled(sent, { status: null }, NO_PAUSE, CHANCE), /never/);
});

/** A shop that books each sale once; its network, its answers and three of the sales are bad. */
class Shop {
  constructor(random) {
    this.random = random;
    this.orders = new Map();
  }

  answer(sales) {
    const luck = this.random();
    if (luck < 0.2 || sales.some((sale) => sale.seq === 17)) return { status: null };
    if (sales.some((sale) => sale.seq === 13)) return { status: 500 };
    if (sales.some((sale) => sale.seq === 7)) return { status: 400, body: {} };
    if (luck < 0.3) return { status: [401, 403, 429, 500, 503][Math.floor(luck * 1000) % 5] };
    const results = sales.map((sale) => {
      const known = this.orders.has(sale.client_id);
      if (!known) this.orders.set(sale.client_id, sale.seq);
      return fate(sale.seq, known ? "duplicate" : "created");
    });
    if (luck < 0.5) return { status: null };
    return { status: 200, body: { results: luck < 0.6 ? results.slice(1) : results } };
  }
}

test("whatever happens, no sale is lost or doubled, and three bad ones stop no other", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = seeded(seed);
    const shop = new Shop(random);
    let [now, outbox, pause] = [NOW, [], NO_PAUSE];
    for (let turn = 0; turn < 3000; turn += 1) {
      if (outbox.length < 300 && turn % 3 === 0) outbox = [...outbox, entry(outbox.length + 1)];
      now += 500 + random() * 1000;
      const batch = pause.until <= now ? onTheWay(nextBatch(outbox, now)) : [];
      if (!batch.length) continue;
      outbox = replaced(outbox, batch);
      if (random() < 0.02) {
        shop.answer(batch.map(({ sale }) => sale));
        outbox = replaced(outbox, afterStart(outbox));
        pause = NO_PAUSE;
        continue;
      }
      const done = settled(batch, shop.answer(batch.map(({ sale }) => sale)), pause, { now, random });
      outbox = replaced(outbox, done.entries);
      pause = done.pause;
    }
    assert.deepEqual(numbers(outbox), Array.from({ length: 300 }, (_, at) => at + 1));
    assert.deepEqual(numbers(unsent(outbox)), [7, 13, 17], `seed ${seed}`);
    assert.equal(shop.orders.size, 297);
  }
});

function replaced(outbox, changed) {
  const by = new Map(changed.map((each) => [each.sale.client_id, each]));
  return outbox.map((each) => by.get(each.sale.client_id) ?? each);
}

/** Numbers that look random, the same in every run. */
function seeded(seed) {
  let state = seed * 7919;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test("a sale that the shop has to charge is unsent, and is not sent before it is charged", () => {
  const waiting = charging(entry(1).sale, { key: "…" });
  assert.deepEqual([mayLeave([waiting]), nextBatch([waiting], NOW)], [false, []]);
  assert.equal(nextDue([waiting], NO_PAUSE), Infinity);
  assert.deepEqual(afterStart([waiting]), []);
  assert.equal(voided(waiting, { at: "…", reason: "…" }), null);
});

test("a charged sale is sent for its number, and can not be undone", () => {
  const done = charged(charging(entry(1).sale, { key: "…" }));
  assert.deepEqual(numbers(nextBatch([done], NOW)), [1]);
  assert.equal(voided(done, { at: "…", reason: "…" }), null);
  assert.throws(() => charged(done));
});

test("a charge that is given up is sent as undone, once", () => {
  const done = givenUp(charging(entry(1).sale, { key: "…" }), { at: "later", reason: "no credit" });
  const { voided_at: at, void_reason: reason } = done.sale;
  assert.deepEqual([done.state, at, reason], ["queued", "later", "no credit"]);
  assert.throws(() => givenUp(done, { at: "…", reason: "…" }));
  assert.throws(() => givenUp(entry(1), { at: "…", reason: "…" }));
});

test("a sale that was given up and that the shop had charged stands, and somebody is told", () => {
  const why = { at: "later", reason: "nobody knows" };
  const given = givenUp(charging(entry(1).sale, { key: "…" }), why);
  const charged = { ...fate(1, "duplicate"), flags: ["CONTENT_DIFFERS"] };
  const [found] = settle([given], booked(charged)).entries;
  assert.deepEqual([found.state, found.sale], ["overruled", entry(1).sale]);
  assert.equal(mayLeave([found]), true);
  assert.equal(seen(found).state, "sent");
  for (const answer of [fate(1, "voided"), fate(1, "duplicate")]) {
    assert.deepEqual(states(settle([given], booked(answer)).entries), ["sent"]);
  }
  assert.deepEqual(states(settle(entries(1), booked(charged)).entries), ["sent"]);
});
