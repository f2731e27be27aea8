/**
 * The shop's time zone, in which the page shows all days and times; nothing is shown before the API tells it.
 */
import { call } from "../shell/api.js";
import { attempted } from "../shell/attempt.js";
import { setTimeZone } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html, signal, useEffect } from "../shell/ui.js";
import { NotRead } from "./not_read.js";

const isKnown = signal(false);
const problem = signal("");

/** The API has told the zone (IANA). */
export function knowZone(name) {
  setTimeZone(name);
  isKnown.value = true;
}

/** Its children, once the zone is known: asked for unless another answer has told it. */
export function InShopsZone({ children }) {
  useEffect(() => void (isKnown.peek() || ask()), []);
  if (isKnown.value) return children;
  if (!problem.value) return html`<p role="status">${t("overview.loading")}</p>`;
  return html`<main class="owner"><${NotRead} why=${problem.value} again=${ask} /></main>`;
}

function ask() {
  return attempted(async () => {
    const { body: shop } = await call("GET", "/api/sync/bootstrap/");
    knowZone(shop.timezone);
  }, problem);
}
