/** Somebody whose form is sent, or whose row is gone, goes on at the head of what is shown then. */
import { followFocus } from "../shell/focus.js";

const HEADS = ["main h2", "main .list", "main"];

/** From now on: the name of the thing that is shown, or the list, has the focus when it is lost. */
export function followFocusToHead() {
  followFocus(() => {
    const head = HEADS.map((each) => document.querySelector(each)).find((found) => found !== null);
    if (!head?.textContent) return undefined; // its name is not read yet
    head.tabIndex = -1;
    return head;
  });
}
