/**
 * A sheet of codes that shows whether a scanner is set up as the till needs it, and what to change; to be
 * scanned from the screen or from paper.
 *
 * @module
 */

import { Barcode } from "../shell/barcode.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { QrCode } from "./qr.js";
import { GAP_MS, SILENCE_MS, ends, judged } from "./scanner_check.js";

/** Letters that move from keyboard to keyboard; digits of a product; the code of a ticket, as QR. */
const LETTERS = "Caja-2/Zy_5";
const DIGITS = "2012345678903";
const TICKET = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const CODES = [LETTERS, DIGITS, TICKET];
/** Not every scanner reads the third. */
const NEEDED = [LETTERS, DIGITS];
const SETTINGS = ["enter", "delay", "keyboard", "plain"];

export function ScannerCheck({ close }) {
  const verdicts = useSignal({});
  const last = useSignal(null);
  useEffect(() => hearScans((presses) => {
    last.value = judged(presses, CODES);
    if (last.value.code) verdicts.value = { ...verdicts.value, [last.value.code]: last.value };
  }), []);
  const isReady = NEEDED.every((code) => verdicts.value[code]?.problems.length === 0);
  return html`
    <section class="card stack narrow">
      <h2>${t("scanner.title")}</h2>
      <p>${t("scanner.how")}</p>
      <${Received} verdict=${last.value} isReady=${isReady} />
      <ol class="codes">
        <${Code} name="letters" verdict=${verdicts.value[LETTERS]}><${Barcode} text=${LETTERS} /><//>
        <${Code} name="digits" verdict=${verdicts.value[DIGITS]}><${Barcode} text=${DIGITS} /><//>
        <${Code} name="ticket" verdict=${verdicts.value[TICKET]}>
          <div class="barcode"><${QrCode} content=${TICKET} /></div>
        <//>
      </ol>
      <h3>${t("scanner.settings")}</h3>
      <ul class="rules">
        ${SETTINGS.map((name) => html`<li key=${name}>${t(`scanner.set.${name}`)}</li>`)}
      </ul>
      <p class="quiet">${t("scanner.makers")}</p>
      <button class="no-print" onClick=${() => print()}>${t("scanner.print")}</button>
      <button class="plain no-print" onClick=${close}>${t("scanner.back")}</button>
    </section>`;
}

function Received({ verdict, isReady }) {
  const values = verdict && { ...verdict, most: GAP_MS };
  return html`
    <div role="status" class="received stack no-print" data-ready=${isReady}>
      ${isReady && html`<p class="good">${t("scanner.ready")}</p>`}
      ${!verdict && html`<p class="quiet">${t("scanner.nothing")}</p>`}
      ${verdict && html`<p>${t("scanner.received", values)}</p>`}
      ${verdict?.problems.map((problem) => html`
        <p class="bad" key=${problem}>${t(`scanner.not.${problem}`, values)}</p>`)}
    </div>`;
}

function Code({ name, verdict, children }) {
  const look = verdict && (verdict.problems.length ? "bad" : "good");
  return html`
    <li class="stack">
      <p class="row">
        <span class="grow">${t(`scanner.code.${name}`)}</span>
        <span class=${`no-print ${look ?? "quiet"}`}>${t(`scanner.${look ?? "pending"}`)}</span>
      </p>
      ${children}
    </li>`;
}

/** Hear all keys before the till does, and tell those of each scan, until the returned function is called. */
function hearScans(heard) {
  let presses = [];
  let timer;
  const done = () => {
    clearTimeout(timer);
    const whole = presses;
    presses = [];
    if (whole.length) heard(whole);
  };
  const hear = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isEnd = ends(presses, event.key);
    if (!isEnd && Array.from(event.key).length !== 1) return;
    if (event.key === " " && presses.length === 0) return; // presses a button
    event.preventDefault();
    event.stopImmediatePropagation();
    presses.push({ key: event.key, at: event.timeStamp });
    clearTimeout(timer);
    if (isEnd) done();
    else timer = setTimeout(done, SILENCE_MS);
  };
  addEventListener("keydown", hear, { capture: true });
  return () => {
    clearTimeout(timer);
    removeEventListener("keydown", hear, { capture: true });
  };
}
