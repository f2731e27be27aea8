/**
 * A deed whose answer was lost: the shop is asked by itself as soon as it answers, and a person sends it
 * again or leaves it. Nobody gives money away, or takes it twice, before it is known.
 *
 * @module
 */

import { useAttempt } from "../shell/attempt.js";
import { shown } from "../shell/money.js";
import { session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { settle } from "./deeds.js";
import { isOnline } from "./network.js";
import { told } from "./refusals.js";
import { BackToSale } from "./screens.js";

/**
 * `look` asks the shop what became of the deed: it answers null if that is known now, else what may be done
 * (`choicesFor`). `again` sends it again.
 */
export function Unsettled({ deed, title, look, again }) {
  const choices = useSignal(null);
  const { problem, isBusy, attempt } = useAttempt(told);
  const doing = (work) => attempt(async () => {
    choices.value = null;
    choices.value = (await work(deed)) ?? null;
  });
  const isToAsk = () => isOnline.value && !isBusy.peek() && choices.peek() === null;
  useEffect(() => void (isToAsk() && doing(look)), [isOnline.value]);
  const { repeat: mayRepeat = false, leave = false } = choices.value ?? {};
  const repeat = mayRepeat && deed.by === session.value.id; // another cashier may have taken over since
  return html`
    <section class="card stack narrow" data-unsettled>
      <h2>${title}</h2>
      <p class="total number">${shown(deed.about.total)}</p>
      <p class="warn">${t(choices.value ? "unsettled.not_there" : "unsettled.not_known")}</p>
      ${choices.value && !repeat && html`<p>${t("unsettled.others")}</p>`}
      <p role="alert" class="problem">${problem}</p>
      <button class="primary large" disabled=${isBusy.value || !repeat} onClick=${() => doing(again)}>
        ${t("unsettled.again")}
      </button>
      <button disabled=${isBusy.value} onClick=${() => doing(look)}>${t("unsettled.look")}</button>
      <button disabled=${isBusy.value || !leave}
        onClick=${() => doing(settle)}>${t("unsettled.leave")}</button>
      <${BackToSale} />
    </section>`;
}
