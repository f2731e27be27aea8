/**
 * What is told beside the sale.
 *
 * @module
 */

import { signal } from "../shell/ui.js";

/** What the last deed has to say: `{key, values}` of a text, or null. */
export const notice = signal(null);
