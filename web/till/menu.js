/**
 * The menu: what a till does beside selling, by touch or by keys.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { useKey } from "./keys.js";
import { DEEDS, show } from "./screens.js";
import { Sheet } from "./sheet.js";

const KEY = "F2";
/** Where a key leads, of the place of the deed that has the focus; `at(-1)` is the last one. */
const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, Home: () => 0, End: () => -1 };

/** The button of the menu; the key F2 opens it from everywhere. */
export function Menu() {
  const isOpen = useSignal(false);
  const open = () => (isOpen.value = true);
  const close = () => (isOpen.value = false);
  useKey(KEY, open);
  return html`
    <button onClick=${open}>${t("menu.open", { key: KEY })}</button>
    ${isOpen.value && html`<${Deeds} close=${close} />`}`;
}

function Deeds({ close }) {
  const choose = (name) => (event) => {
    event.currentTarget.closest("dialog").close(); // the screen takes the focus afterwards
    show(name);
  };
  return html`
    <${Sheet} title=${t("menu.title")} close=${close}>
      <div class="stack" role="menu" onKeyDown=${step}>
        ${DEEDS.map(({ name }) => html`
          <button key=${name} role="menuitem" onClick=${choose(name)}>${t(`deed.${name}`)}</button>`)}
      </div>
      <button class="plain" onClick=${close}>${t("pad.close")}</button>
    <//>`;
}

function step(event) {
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  const deeds = [...event.currentTarget.children];
  const to = STEPS[event.key](deeds.indexOf(event.target));
  deeds.at(to % deeds.length).focus();
}
