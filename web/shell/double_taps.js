/** The second half of a double tap does nothing where the first has changed what is there. */

const SOON_MS = 400;
const NEAR_PX = 24;
const CONTROLS = "button, a, input, select, summary";

/** From now on: what takes the place of a button that is tapped or clicked twice is not pressed by that. */
export function ignoreDoubleTaps() {
  let isFinger = false;
  let first = null;
  let isIgnored = false;
  const press = (event) => {
    const isSecond = first !== null && (event.detail > 1 || (isFinger && isDouble(first, event)));
    isIgnored = isSecond && controlAt(first) !== first.control;
    if (!isIgnored) first = pressOf(event);
    ignore(event);
  };
  const ignore = (event) => {
    if (!isIgnored || event.detail === 0) return; // by a key
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("pointerdown", ({ pointerType }) => (isFinger = pointerType !== "mouse"), true);
  addEventListener("mousedown", press, true);
  addEventListener("click", ignore, true);
}

function pressOf({ target, timeStamp, clientX, clientY }) {
  const control = target.closest(CONTROLS);
  return control && { control, timeStamp, clientX, clientY };
}

/** A browser counts the clicks of a mouse, and not everywhere the taps of a finger. */
const isDouble = (first, { timeStamp, clientX, clientY }) =>
  timeStamp - first.timeStamp < SOON_MS &&
  Math.hypot(clientX - first.clientX, clientY - first.clientY) < NEAR_PX;

const controlAt = ({ clientX, clientY }) =>
  document.elementFromPoint(clientX, clientY)?.closest(CONTROLS) ?? null;
