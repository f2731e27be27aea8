/**
 * The menu: what a till does beside selling, by touch or by the number of a deed.
 *
 * @module
 */

import { t } from "../shell/texts.js";
import { html, useEffect, useSignal } from "../shell/ui.js";
import { DEEDS, show } from "./screens.js";
import { Sheet } from "./sheet.js";

const KEY = "F2";

/** The button of the menu; the key F2 opens it from everywhere. */
export function Menu() {
  const isOpen = useSignal(false);
  const close = () => (isOpen.value = false);
  useEffect(() => {
    const open = (event) => {
      if (event.key !== KEY) return;
      event.preventDefault();
      isOpen.value = true;
    };
    document.addEventListener("keydown", open);
    return () => document.removeEventListener("keydown", open);
  }, []);
  return html`
    <button onClick=${() => (isOpen.value = true)}>${t("menu.open", { key: KEY })}</button>
    ${isOpen.value && html`<${Deeds} close=${close} />`}`;
}

function Deeds({ close }) {
  const choose = (name) => {
    close();
    show(name);
  };
  return html`
    <${Sheet} title=${t("menu.title")} close=${close}>
      <div class="stack" role="menu">
        ${DEEDS.map(({ name }) => html`
          <button key=${name} role="menuitem" onClick=${() => choose(name)}>${t(`deed.${name}`)}</button>`)}
      </div>
      <button class="plain" onClick=${close}>${t("pad.close")}</button>
    <//>`;
}
