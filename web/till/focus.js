/**
 * The focus: a key goes where it is, people see where that is, and it is never lost. What a finger taps is
 * left without it, as the keyboard on the screen would hide the page.
 *
 * @module
 */

import { followFocus } from "../shell/focus.js";
import { useLayoutEffect, useRef } from "../shell/ui.js";

const FIRST = ["input", "select", "textarea", "button.primary", "button"];

/** Where an arrow key leads, of the place of what has the focus; -1 is the last one. */
const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1 };

/** Elements that want the focus when it is lost, the latest last. */
const homes = [];
let isTouched = matchMedia("(pointer: coarse)").matches;

/** From now on: when the element that had the focus is gone, the screen's own has it. */
export function followFocusHome() {
  addEventListener("pointerdown", ({ pointerType }) => (isTouched = pointerType === "touch"), true);
  addEventListener("keydown", ({ key }) => (isTouched &&= key === "Unidentified"), true);
  followFocus(home, () => !isTouched);
}

/**
 * The element of this ref has the focus as soon as it is shown, so that the next key is its own.
 * `unlessTouched`: not after a tap, as fingers have other ways than to type.
 */
export function useFocus({ unlessTouched = false } = {}) {
  const home = useRef(null);
  useLayoutEffect(() => {
    homes.push(home);
    if (!(unlessTouched && isTouched)) home.current?.focus();
    return () => void homes.splice(homes.indexOf(home), 1);
  }, []);
  return home;
}

/** The screen's own element has the focus, unless it was a finger that did this. */
export function focusHome() {
  if (!isTouched) home()?.focus();
}

/** Arrow keys go through the fields and buttons of the element that hears them, round and round. */
export function stepByArrows(event) {
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  const stops = [...event.currentTarget.querySelectorAll("input, button")];
  stops.at(STEPS[event.key](stops.indexOf(event.target)) % stops.length).focus();
}

function home() {
  const area = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.querySelector("main");
  const isHere = (found) => area?.contains(found) && !found.disabled && found.checkVisibility();
  const own = homes.map(({ current }) => current).findLast(isHere);
  return own ?? FIRST.flatMap((name) => [...(area?.querySelectorAll(name) ?? [])]).find(isHere);
}
