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

/** The screen of each place, which is loaded when it is shown first. */
const SCREENS = {
  overview: later(async () => (await import("./overview.js")).Overview),
  products: later(async () => (await import("./products.js")).Products),
  promotions: later(async () => (await import("./promotions.js")).Promotions),
  orders: later(async () => (await import("./orders.js")).Orders),
  customers: later(async () => (await import("./customers.js")).Customers),
  drawers: later(async () => (await import("./drawers.js")).Drawers),
  users: later(async () => (await import("./users.js")).Users),
};

/** What this place asks for first tells the shop's time zone, which others wait for. */
const TELLS_ZONE = "overview";

const Leaving = later(async () => (await import("./leaving.js")).Leaving);

function Owner() {
  const { id, name } = session.value;
  const { name: where, part } = place.value;
  const shown = html`<${SCREENS[where]} key=${id} part=${part} />`; // what is typed is that person's
  return html`
    <header class="bar row">
      <h1>${t("app.owner")}</h1>
      <span>${name}</span>
      <button onClick=${() => unlessUnsaved(logOut)}>${t("logout")}</button>
      <${Navigation} />
    </header>
    ${where === TELLS_ZONE ? shown : html`<${InShopsZone}>${shown}<//>`}
    ${leaving.value && html`<${Leaving} />`}`;
}

function Navigation() {
  const row = useCurrentInSight(place.value.name);
  const current = (name) => (name === place.value.name ? "page" : undefined);
  return html`
    <nav class="places row" ref=${row} aria-label=${t("places")}>
      ${PLACES.map((name) => html`
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
