/** The page of who runs the shop. */
import { later, open } from "../shell/page.js";
import { logOut, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { followFocusToHead } from "./focus.js";
import { useCurrentInSight } from "./in_sight.js";
import { PLACES, addressOf, isUnsaved, leaving, place, unlessUnsaved } from "./places.js";
import { InShopsZone } from "./zone.js";

const Leaving = later(async () => (await import("./leaving.js")).Leaving);

function Owner() {
  const { Screen, tellsZone } = PLACES.find(({ name }) => name === place.value.name);
  const shown = html`<${Screen} part=${place.value.part} />`;
  return html`
    <header class="bar row">
      <h1>${t("app.owner")}</h1>
      <span>${session.value.name}</span>
      <button onClick=${() => unlessUnsaved(logOut)}>${t("logout")}</button>
      <${Navigation} />
    </header>
    ${tellsZone ? shown : html`<${InShopsZone}>${shown}<//>`}
    ${leaving.value && html`<${Leaving} />`}`;
}

function Navigation() {
  const row = useCurrentInSight(place.value.name);
  const current = (name) => (name === place.value.name ? "page" : undefined);
  return html`
    <nav class="places row" ref=${row} aria-label=${t("places")}>
      ${PLACES.map(({ name }) => html`
        <a key=${name} href=${addressOf(name)} aria-current=${current(name)}>${t(`place.${name}`)}</a>`)}
    </nav>`;
}

followFocusToHead();
await open("owner", Owner, { roles: ["ADMIN", "OWNER"], isBusy: isUnsaved });
