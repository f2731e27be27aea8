/**
 * The one line that is always there: network, unsent sales, age of the catalogue, who, register, shift.
 *
 * @module
 */

import { ago, dateAndTime, dayInShop, number, time } from "../shell/format.js";
import { logOut, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { catalogue } from "./catalogue.js";
import { isClockWrong, isOnline } from "./network.js";
import { ChangeCashier } from "./cashier_button.js";
import { Menu } from "./menu.js";
import { figures, isAllSent, isNumberedTwice } from "./outbox.js";
import { register, shift, successor } from "./register.js";

const MINUTE_MS = 60_000;
const OLD_MINUTES = 15;
const TOO_OLD_MINUTES = 24 * 60;
const EVERY_MS = 10_000;

export function StatusLine() {
  const isRefused = useSignal(false);
  const leave = async () => {
    isRefused.value = !(await isAllSent());
    if (!isRefused.value) await logOut();
  };
  const { unsent, held } = figures.value;
  return html`
    <header class="bar status" aria-label=${t("status")}>
      <h1 class="unseen">${t("app.till")}</h1>
      <div class="row state">
        <span class=${isOnline.value ? "good" : "bad"} role="status">
          ${isOnline.value ? t("status.online") : t("status.offline")}
        </span>
        <span class=${unsent ? "warn" : ""} data-unsent=${unsent}>
          ${t("status.unsent", { count: unsent })}
        </span>
        ${held > 0 && html`<span class="bad">${t("status.held", { count: held })}</span>`}
        <${Age} />
        <span class="bad" role="status">${isClockWrong.value && t("status.clock")}</span>
        <span class="bad" role="status">${isNumberedTwice.value && t("status.numbered_twice")}</span>
      </div>
      <${ChangeCashier}>
        ${register.value?.name ?? t("status.no_register")} · <span class="together">${shiftShown()}</span>
      <//>
      <div class="deeds">
        ${register.value && html`<${Menu} />`}
        <button onClick=${leave}>${t("logout")}</button>
      </div>
      <p role="alert" class="problem">
        ${isRefused.value && unsent > 0 && t("status.stay", { count: unsent })}
      </p>
    </header>`;
}

function shiftShown() {
  if (successor.value !== undefined) return t("status.shift_over");
  if (!shift.value) return t("status.no_shift");
  if (!shift.value.opened_at) return t("status.shift_of_others");
  const { opened_at: at } = shift.value;
  const isOfToday = dayInShop(new Date(at)) === dayInShop(Date.now());
  return t("status.shift", { at: isOfToday ? time(at) : dateAndTime(at) });
}

function Age() {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { index, at } = catalogue.value;
  if (at === null) return html`<span class="warn">${t("status.no_catalogue")}</span>`;
  const minutes = Math.max(0, Math.floor((now.value - at) / MINUTE_MS));
  const look = minutes > TOO_OLD_MINUTES ? "bad" : minutes > OLD_MINUTES ? "warn" : "";
  return html`
    <span class=${look}>
      <span class="wide">${number(index.size)} </span>
      ${minutes ? t("status.age", { ago: ago(at, now.value) }) : t("status.fresh")}
    </span>`;
}
