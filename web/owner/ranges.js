/** The periods that an owner may look at, and with which others each of them may be compared. */

/** Ranges in the order of the picker; the first one is shown at opening. */
export const RANGES = ["today", "yesterday", "7d", "week", "month", "30d", "year"];
