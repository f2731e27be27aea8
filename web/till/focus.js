/**
 * The focus: a key goes where it is, people see where that is, and it is never lost. What a finger taps is
 * left without it, as the keyboard on the screen would hide the page.
 *
 * @module
 */

import { useLayoutEffect, useRef } from "../shell/ui.js";

const FIRST = ["input", "select", "textarea", "button.primary", "button"];
const LOSES = { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] };

/** Where an arrow key leads, of the place of what has the focus; -1 is the last one. */
const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1 };

/** Elements that want the focus when it is lost, the latest last. */
const homes = [];
let isTouched = matchMedia("(pointer: coarse)").matches;
let last = null;

/** From now on: when the element that had the focus is gone, the screen's own has it. */
export function followFocus() {
  addEventListener("pointerdown", ({ pointerType }) => (isTouched = pointerType === "touch"), true);
  addEventListener("keydown", ({ key }) => (isTouched &&= key === "Unidentified"), true);
  addEventListener("focusin", ({ target }) => (last = target));
  addEventListener("pointerup", () => hasNone() && (last = null)); // a person has left the field
  new MutationObserver(bringBack).observe(document.body, LOSES);
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

function bringBack() {
  if (isTouched || last === null || !hasNone()) return;
  if (!last.isConnected) home()?.focus();
  else if (!last.disabled) last.focus(); // it was disabled for a while
}

function home() {
  const area = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.querySelector("main");
  const isHere = (found) => area?.contains(found) && !found.disabled && found.checkVisibility();
  const own = homes.map(({ current }) => current).findLast(isHere);
  return own ?? FIRST.flatMap((name) => [...(area?.querySelectorAll(name) ?? [])]).find(isHere);
}

const hasNone = () => document.activeElement === document.body;
