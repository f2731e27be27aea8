/**
 * Notices within 2 s that the shop's server is gone, while nothing else is asked of it. The gateway answers
 * by itself; a till asks as long as somebody sees it and has used it in the last minute, and at once when
 * somebody uses it again. So thousands of tills that nobody uses cost nothing.
 *
 * @module
 */

import { heardFor, isAnswering, isOnline } from "./network.js";

/**
 * What a person may wait for the news is their sum: so long nothing was heard, looked at, answered. The rest
 * of the 2 s is for what a slow tablet does meanwhile, such as making an index.
 */
const [QUIET_MS, LOOK_MS, ANSWER_MS] = [700, 150, 750];
const IN_USE_MS = 60_000;

let usedAt = 0;
let isAsking = false;

/** Feel the server's pulse from now on. That it is back the catalogue finds out. */
export function followPulse() {
  for (const deed of ["pointerdown", "keydown"]) addEventListener(deed, use, true);
  setInterval(feel, LOOK_MS);
  use();
}

function use() {
  usedAt = performance.now();
  feel();
}

async function feel() {
  const isInUse = document.visibilityState === "visible" && performance.now() - usedAt < IN_USE_MS;
  if (isAsking || !isInUse || !isOnline.peek() || heardFor() < QUIET_MS) return;
  isAsking = true;
  await isAnswering(ANSWER_MS);
  isAsking = false;
}
