/**
 * The menu: what a till does beside selling, by touch or by keys.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { stepByArrows } from "./focus.js";
import { KeyHint, useKey } from "./keys.js";
import { DEEDS, show } from "./screens.js";
import { Sheet } from "./sheet.js";

const KEY = "F2";

/** The button of the menu; the key F2 opens it from everywhere. */
export function Menu() {
  const isOpen = useSignal(false);
  const open = () => (isOpen.value = true);
  const close = () => (isOpen.value = false);
  useKey(KEY, open);
  return html`
    <button onClick=${open}>${t("menu.open")}<${KeyHint} name=${KEY} /></button>
    ${isOpen.value && html`<${Deeds} close=${close} />`}`;
}

function Deeds({ close }) {
  const choose = (name) => (event) => {
    event.currentTarget.closest("dialog").close(); // the screen takes the focus afterwards
    show(name);
  };
  return html`
    <${Sheet} title=${t("menu.title")} close=${close}>
      <div class="stack" role="menu" onKeyDown=${stepByArrows}>
        ${DEEDS.map((name) => html`
          <button key=${name} role="menuitem" onClick=${choose(name)}>${t(`deed.${name}`)}</button>`)}
      </div>
      <button class="plain" onClick=${close}>${t("pad.close")}</button>
    <//>`;
}
