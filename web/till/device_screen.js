/**
 * The settings of this device: paper and printer, drawer, sounds, language; and the check of its scanner.
 *
 * @module
 */

import { later } from "../shell/page.js";
import { LANGUAGES, choose as chooseLanguage, language, t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { PrintProblem } from "./confirmed_screen.js";
import { choose, device } from "./device.js";
import { isUnderWay } from "./sale.js";
import { BackToSale } from "./screens.js";
import { choosePrinter, hasPrinter, hasSerial } from "./serial_printer.js";
import { printTest } from "./tickets.js";

const BAUDS = [9600, 19200, 38400, 115200];
const Scanner = later(async () => (await import("./scanner_screen.js")).ScannerCheck);

export function DeviceSettings() {
  const isChecking = useSignal(false);
  if (isChecking.value) return html`<${Scanner} close=${() => (isChecking.value = false)} />`;
  return html`
    <section class="card stack narrow settings">
      <h2>${t("device.title")}</h2>
      <p class="quiet">${t("device.saved")}</p>
      <${Choice} name="print" values=${["yes", "ask", "no"]} />
      <${Choice} name="paper" values=${[80, 58]} />
      <${Choice} name="printer" values=${["browser", "serial"]} />
      ${device.value.printer === "serial" ? html`<${SerialPrinter} />` : html`
        <p class="quiet">${t("device.browser")}</p>`}
      <button onClick=${printTest}>${t("device.test")}</button>
      <${PrintProblem} />
      <${Switch} name="sounds" />
      <button onClick=${() => (isChecking.value = true)}>${t("device.scanner")}</button>
      <${Languages} />
      <${BackToSale} />
    </section>`;
}

/** One of a few values of a setting. */
function Choice({ name, values, shown = (value) => t(`device.${name}.${value}`) }) {
  return html`
    <fieldset class="options">
      <legend>${t(`device.${name}`)}</legend>
      ${values.map((value) => html`
        <button key=${value} aria-pressed=${device.value[name] === value}
          onClick=${() => choose({ [name]: value })}>${shown(value)}</button>`)}
    </fieldset>`;
}

function Switch({ name }) {
  return html`<${Choice} name=${name} values=${[true, false]} shown=${(value) => t(`device.is.${value}`)} />`;
}

function SerialPrinter() {
  const isChosen = useSignal(false);
  const look = async () => (isChosen.value = await hasPrinter());
  useEffect(() => void look(), []);
  if (!hasSerial()) return html`<p class="problem">${t("device.no_serial")}</p>`;
  return html`
    <div class="stack">
      <p class=${isChosen.value ? "good" : "warn"} role="status">
        ${t(isChosen.value ? "device.connected" : "device.unconnected")}
      </p>
      <button onClick=${() => choosePrinter().then(look)}>${t("device.connect")}</button>
      <${Choice} name="baud" values=${BAUDS} shown=${String} />
      <${Switch} name="drawer" />
    </div>`;
}

/** Another language begins with a reload, which would take a sale off the screen. */
function Languages() {
  return html`
    <fieldset class="options" disabled=${isUnderWay.value}>
      <legend>${t("device.language")}</legend>
      ${Object.entries(LANGUAGES).map(([name, shown]) => html`
        <button key=${name} lang=${name} aria-pressed=${name === language}
          onClick=${() => chooseLanguage(name)}>${shown}</button>`)}
      ${isUnderWay.value && html`<p class="quiet">${t("device.language.busy")}</p>`}
    </fieldset>`;
}
