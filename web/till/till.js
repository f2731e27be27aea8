/**
 * The till behind the log-in: which screen is shown, and what goes on behind all of them.
 *
 * @module
 */

import { session } from "../shell/session.js";
import { computed, effect, html, untracked, useLayoutEffect } from "../shell/ui.js";
import { PRINT_KEY, followSales, printLast } from "./after_sale.js";
import { openCashiers } from "./cashiers.js";
import { followFeed, openCatalogue } from "./catalogue.js";
import { openDeeds } from "./deeds.js";
import { openDevice } from "./device.js";
import { followFocus } from "./focus.js";
import { hearKeys, useKey } from "./keys.js";
import { isEmpty, openOutbox } from "./outbox.js";
import { openRegister, refreshShift, register, shift } from "./register.js";
import { Enrol, OpenShift, withoutShift } from "./register_screens.js";
import { openParking } from "./parking.js";
import { followPulse } from "./pulse.js";
import { isUnderWay, payment, scanned, search, stepLast } from "./sale.js";
import { Sale } from "./sale_screen.js";
import { DEEDS, scannedFor, screen, show } from "./screens.js";
import { StatusLine } from "./status.js";

let opening;

/** Open the till, once for this page. Answers what is shown; `isBusy` follows what must not end now. */
export function opened(isBusy) {
  opening ??= open(isBusy);
  return opening;
}

async function open(isBusy) {
  await Promise.all([openCatalogue(), openRegister(), openCashiers(), openDevice()]);
  await Promise.all([openOutbox(), openParking()]);
  show(await openDeeds()); // what became of a deed is settled first
  effect(() => void (isBusy.value = isUnderWay.value || !isEmpty.value));
  followSales();
  followFeed();
  followPulse();
  followFocus();
  const who = computed(() => session.value?.id);
  effect(() => void (who.value && untracked(() => register.value && refreshShift())));
  return Till;
}

function Till() {
  return html`
    <${StatusLine} />
    <main class="till"><${Screen} /></main>`;
}

function Screen() {
  if (!register.value) return html`<${Enrol} />`;
  const deed = DEEDS.find(({ name }) => name === screen.value);
  if (!deed && !shift.value && !withoutShift.value) return html`<${OpenShift} />`;
  return html`<${Working} Shown=${deed?.Screen ?? Sale} />`;
}

function Working({ Shown }) {
  useLayoutEffect(() => hearKeys({ scanned: scannedFor(scanned), typed }), []);
  useKey(PRINT_KEY, printLast);
  return html`<${Shown} />`;
}

function typed(text) {
  if (payment.peek() || screen.peek() || document.querySelector("dialog[open]")) return;
  if (text === "+" || text === "-") return stepLast(text === "+" ? 1 : -1);
  search.value += text;
  document.getElementById("search").focus();
}
