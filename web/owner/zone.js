/**
 * The shop's time zone, in which the page shows all days and times; nothing is shown before the API tells it.
 */
import { call } from "../shell/api.js";
import { setTimeZone } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { told } from "../shell/told.js";
import { html, signal, useEffect } from "../shell/ui.js";
import { NotRead } from "./not_read.js";

const isKnown = signal(false);
const problem = signal(null);

/** The API has told the zone (IANA). */
export function knowZone(name) {
  setTimeZone(name);
  isKnown.value = true;
}

/** Its children, once the zone is known: asked for unless another answer has told it. */
export function InShopsZone({ children }) {
  useEffect(() => void (isKnown.peek() || ask()), []);
  if (isKnown.value) return children;
  if (problem.value === null) return html`<p role="status">${t("overview.loading")}</p>`;
  return html`<main class="owner"><${NotRead} why=${problem.value} again=${ask} /></main>`;
}

async function ask() {
  problem.value = null;
  try {
    const { body: shop } = await call("GET", "/api/sync/bootstrap/");
    knowZone(shop.timezone);
  } catch (error) {
    problem.value = told(error);
  }
}
