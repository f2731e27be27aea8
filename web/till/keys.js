/**
 * Hears every key before the page does, and tells scans from typing, whatever has the focus.
 *
 * @module
 */

import { html, useLayoutEffect, useRef } from "../shell/ui.js";
import { Scanner } from "./scanner.js";

/** Keys such as `+` are deeds of the field in which they are pressed. */
const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;

/**
 * Hear keys until the returned function is called.
 *
 * @param {object} heard
 * @param {(code: string) => void} heard.scanned
 * @param {(text: string) => void} heard.typed what was typed while no field had the focus
 */
export function hearKeys({ scanned, typed }) {
  const scanner = new Scanner();
  let timer;
  let before = null;

  function act(fate, event) {
    clearTimeout(timer);
    if (fate.swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    const field = focusedField();
    if (fate.began) before = field && { field, value: field.value };
    if (fate.undo && before?.field.isConnected) write(before.field, before.value);
    if (fate.typed) {
      if (field) insert(field, fate.typed);
      else if (fate.typed === " " && document.activeElement instanceof HTMLButtonElement) press();
      else typed(fate.typed);
    }
    if (fate.wakeAt !== null) timer = setTimeout(wake, Math.max(0, fate.wakeAt - performance.now()));
    if (fate.code !== null) scanned(fate.code);
  }

  const wake = () => act(scanner.rest(performance.now()));
  const press = () => document.activeElement.click();
  const hear = (event) => {
    const { key, timeStamp, repeat, ctrlKey, altKey, metaKey, isComposing } = event;
    if (isComposing) return;
    const modified = ctrlKey || altKey || metaKey;
    act(scanner.feed(key, timeStamp, { hold: mayWait(key), repeat, modified }), event);
  };
  document.addEventListener("keydown", hear, { capture: true });
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", hear, { capture: true });
  };
}

/**
 * As soon as the component is shown, and while it is, a key such as `F2` or `Control+z` does this, from
 * wherever it is pressed; once, however long it is held down.
 */
export function useKey(key, work) {
  const latest = useRef(work);
  latest.current = work;
  useLayoutEffect(() => {
    const hear = (event) => {
      if (nameOf(event) !== key) return;
      event.preventDefault();
      if (!event.repeat) latest.current();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}

/** The key of a button's deed, beside its words where there is room for keyboards. */
export function KeyHint({ name }) {
  return html`<span class="wide"> (${name})</span>`;
}

function nameOf({ key, ctrlKey, metaKey, altKey }) {
  return `${ctrlKey || metaKey ? "Control+" : ""}${altKey ? "Alt+" : ""}${key}`;
}

/**
 * Whether nothing is missed for some milliseconds: the field is empty, as before a scan, or there is none.
 */
function mayWait(key) {
  const field = focusedField();
  return field === null || (takesText(field) && field.value === "" && LETTER_OR_DIGIT.test(key));
}

/** Not a date, into which no key can be put: it has no value before the last one. */
const takesText = ({ selectionStart }) => selectionStart !== null;

function focusedField() {
  const focused = document.activeElement;
  return focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement ? focused : null;
}

function insert(field, text) {
  if (!takesText(field)) return;
  const [from, to] = [field.selectionStart, field.selectionEnd];
  write(field, field.value.slice(0, from) + text + field.value.slice(to));
  field.setSelectionRange(from + text.length, from + text.length);
}

function write(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
