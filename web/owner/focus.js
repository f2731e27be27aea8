/** Who worked with what is gone (a form that is sent, a row of a list) goes on at the head of what is shown. */
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
