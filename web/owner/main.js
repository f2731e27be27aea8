/** The page of who runs the shop. */
import { followFocus } from "../shell/focus.js";
import { later, open } from "../shell/page.js";
import { logOut, session } from "../shell/session.js";
import { t } from "../shell/texts.js";
import { html } from "../shell/ui.js";
import { useCurrentInSight } from "./in_sight.js";
import { PLACES, addressOf, isUnsaved, leaving, place, unlessUnsaved } from "./places.js";
import { InShopsZone } from "./zone.js";

/** Where somebody goes on whose form is sent, or whose row is gone: at its name, or at the list. */
const HEADS = ["main h2", "main .list", "main"];

const Leaving = later(async () => (await import("./leaving.js")).Leaving);

function Owner() {
  const { Screen, tellsZone } = PLACES.find(({ name }) => name === place.value.name);
  const { id, name } = session.value;
  const shown = html`<${Screen} key=${id} part=${place.value.part} />`; // what is typed is that person's
  return html`
    <header class="bar row">
      <h1>${t("app.owner")}</h1>
      <span>${name}</span>
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

function head() {
  const found = HEADS.map((each) => document.querySelector(each)).find((each) => each !== null);
  if (!found?.textContent) return undefined; // its name is not read yet
  found.tabIndex = -1;
  return found;
}

followFocus(head);
await open("owner", Owner, { roles: ["ADMIN", "OWNER"], isBusy: isUnsaved });
