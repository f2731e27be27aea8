/**
 * The till behind the log-in: which screen is shown, and what goes on behind all of them.
 *
 * @module
 */

import { effect, html, useEffect } from "../shell/ui.js";
import { followFeed, openCatalogue } from "./catalogue.js";
import { hearKeys } from "./keys.js";
import { isEmpty, openOutbox } from "./outbox.js";
import { openRegister, refreshShift, register, shift } from "./register.js";
import { Enrol, OpenShift, withoutShift } from "./register_screens.js";
import { isUnderWay, payment, scanned, search, stepLast } from "./sale.js";
import { Sale } from "./sale_screen.js";
import { StatusLine } from "./status.js";

let opening;

/** Open the till, once for this page. Answers what is shown; `isBusy` follows what must not end now. */
export function opened(isBusy) {
  opening ??= open(isBusy);
  return opening;
}

async function open(isBusy) {
  await Promise.all([openCatalogue(), openRegister()]);
  await openOutbox();
  effect(() => void (isBusy.value = isUnderWay.value || !isEmpty.value));
  followFeed();
  if (register.value) refreshShift();
  return Till;
}

function Till() {
  return html`
    <${StatusLine} />
    <main class="till"><${Screen} /></main>`;
}

function Screen() {
  if (!register.value) return html`<${Enrol} />`;
  return shift.value || withoutShift.value ? html`<${Selling} />` : html`<${OpenShift} />`;
}

function Selling() {
  useEffect(() => hearKeys({ scanned, typed }), []);
  return html`<${Sale} />`;
}

function typed(text) {
  if (payment.peek()) return;
  if (text === "+" || text === "-") return stepLast(text === "+" ? 1 : -1);
  search.value += text;
  document.getElementById("search").focus();
}
