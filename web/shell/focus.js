/** The focus is never lost: somebody with a keyboard or a screen reader goes on where they were. */

const LOSES = { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] };

let last = null;

/**
 * From now on: what was disabled for a while has the focus again, and when what had it is gone, `home()` has
 * it, if there is such an element.
 *
 * @param {() => HTMLElement | undefined} home
 * @param {() => boolean} [isWanted]
 */
export function followFocus(home, isWanted = () => true) {
  const bringBack = () => {
    if (last === null || !hasNone() || !isWanted()) return;
    if (!last.isConnected) home()?.focus();
    else if (!last.disabled) last.focus();
  };
  addEventListener("focusin", ({ target }) => (last = target));
  addEventListener("pointerup", () => hasNone() && (last = null)); // a person has left the field
  new MutationObserver(bringBack).observe(document.body, LOSES);
}

const hasNone = () => document.activeElement === document.body;
