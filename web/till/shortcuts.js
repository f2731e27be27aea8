/**
 * Keys that do a deed of the till, whatever has the focus.
 *
 * @module
 */

import { useEffect, useRef } from "../shell/ui.js";

/** While the component is shown, the key (`F4`, `Control+z`) does `act`, and not what the browser would. */
export function useShortcut(key, act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const press = (event) => {
      if (nameOf(event) !== key) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [key]);
}

function nameOf({ key, ctrlKey, metaKey, altKey }) {
  return `${ctrlKey || metaKey ? "Control+" : ""}${altKey ? "Alt+" : ""}${key}`;
}
