/**
 * Notices that the shift of this till was closed elsewhere, as by the owner at another machine, or that it
 * needs one from now on.
 *
 * @module
 */

import { effect, untracked } from "../shell/ui.js";
import { bootstrap, catalogue } from "./catalogue.js";
import { unsettled } from "./charges.js";
import { lookAfterShift, succeed, successor } from "./register.js";
import { withoutShift } from "./register_screens.js";
import { confirmed, isUnderWay } from "./sale.js";
import { screen } from "./screens.js";

/**
 * Look whenever the feed of products was read to its end. The till goes over to the next shift between two
 * sales: what somebody is paying, and the change of the last sale, stay on the screen. The screen of the
 * shift finds out by itself, and shows the Z report.
 */
export function followShift() {
  effect(() => void (catalogue.value.at && untracked(lookAfterShift)));
  let wasConfirmed = false;
  effect(() => {
    const isBetween = !confirmed.value && !unsettled.value && (wasConfirmed || !isUnderWay.value);
    wasConfirmed = confirmed.value !== null;
    if (!isBetween) return;
    if (bootstrap.value?.limits.require_open_shift) withoutShift.value = false;
    if (successor.value !== undefined && screen.value !== "shift") untracked(succeed);
  });
}
