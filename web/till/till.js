/**
 * The till behind the log-in: which screen is shown, and what goes on behind all of them.
 *
 * @module
 */

import { Notice, later } from "../shell/page.js";
import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { computed, effect, html, signal, untracked, useLayoutEffect } from "../shell/ui.js";
import { PRINT_KEY, followSales, printLast } from "./after_sale.js";
import { openCashiers } from "./cashiers.js";
import { followFeed, openCatalogue } from "./catalogue.js";
import { openDeeds } from "./deeds.js";
import { openDevice } from "./device.js";
import { openExchange } from "./exchange.js";
import { followFocusHome } from "./focus.js";
import { hearKeys, useKey } from "./keys.js";
import { openLeftSale } from "./left_sale.js";
import { isEmpty, openOutbox } from "./outbox.js";
import { openRegister, refreshShift, register, shift } from "./register.js";
import { Enrol, OpenShift, withoutShift } from "./register_screens.js";
import { openParking } from "./parking.js";
import { followPulse } from "./pulse.js";
import { isUnderWay, payment, scanned, search, stepLast } from "./sale.js";
import { Sale } from "./sale_screen.js";
import { scannedFor, screen, show } from "./screens.js";
import { followShift } from "./shift_watch.js";
import { StatusLine } from "./status.js";
import { isBlocked, isInTheWay } from "./store.js";

/** The screen of each deed of the menu, which is loaded when it is shown first. */
const SCREENS = {
  parked: later(async () => (await import("./parked_screen.js")).Parked),
  return: later(async () => (await import("./return_screen.js")).Return),
  exchange: later(async () => (await import("./exchange_screen.js")).Exchange),
  layaway: later(async () => (await import("./layaway_screen.js")).Layaways),
  reprint: later(async () => (await import("./reprint_screen.js")).Reprint),
  shift: later(async () => (await import("./shift_screen.js")).Shift),
  unsent: later(async () => (await import("./unsent_screen.js")).Unsent),
  pin: later(async () => (await import("./pin_screen.js")).OwnPin),
  device: later(async () => (await import("./device_screen.js")).DeviceSettings),
};

let opening;

/** `null` until the till is open; then whether the device's data could be read. */
const isOpen = signal(null);

/** Open the till, once for this page. Answers what is shown; `isBusy` follows what must not end now. */
export function opened(isBusy) {
  opening ??= open(isBusy).catch(failed);
  return Till;
}

async function open(isBusy) {
  await Promise.all([openCatalogue(), openRegister(), openCashiers(), openDevice()]);
  await Promise.all([openOutbox(), openParking(), openExchange()]);
  await openLeftSale();
  show(await openDeeds()); // what became of a deed is settled first
  effect(() => void (isBusy.value = isUnderWay.value || !isEmpty.value));
  effect(() => void (isInTheWay.value && !isBusy.value && location.reload()));
  isOpen.value = true;
  followSales();
  followFeed();
  followPulse();
  followFocusHome();
  followShift();
  const who = computed(() => session.value?.id);
  effect(() => void (who.value && untracked(() => register.value && refreshShift())));
}

/** Nothing is sold by a till that cannot keep it. */
function failed(error) {
  console.error("the till is not open:", error);
  isOpen.value = false;
}

function Till() {
  if (isBlocked.value || isOpen.value === false) return html`<${NotOpen} />`;
  if (isOpen.value === null) return null;
  return html`
    <${StatusLine} />
    <main class="till"><${Screen} /></main>`;
}

function NotOpen() {
  return html`
    <${Notice} title=${t("app.till")} why=${t(isBlocked.value ? "store.blocked" : "store.broken")}>
      <button class="primary" onClick=${() => location.reload()}>${t("store.reload")}</button>
    <//>`;
}

function Screen() {
  if (!register.value) return html`<${Enrol} />`;
  const Selling = shift.value || withoutShift.value ? Sale : OpenShift;
  return html`<${Working} Shown=${SCREENS[screen.value] ?? Selling} />`;
}

function Working({ Shown }) {
  useLayoutEffect(() => hearKeys({ scanned: scannedFor(scanned), typed }), []);
  useKey(PRINT_KEY, printLast);
  return html`<${Shown} />`;
}

function typed(text) {
  const field = document.getElementById("search"); // of the sale
  if (field === null || payment.peek() || document.querySelector("dialog[open]")) return;
  if (text === "+" || text === "-") return stepLast(text === "+" ? 1 : -1);
  search.value += text;
  field.focus();
}
