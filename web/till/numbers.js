/**
 * The last ticket number that this device has given, kept beside its database. Where that is lost, and unsent
 * sales with it, their numbers are not given again: the shop sees which are missing.
 *
 * @module
 */

const KEPT_AS = "last number";

/** Note that a register has given this number. No sale depends on it. */
export function noteNumber(register, seq) {
  try {
    const last = Math.max(seq, lastNumber(register)); // another tab may have noted a later one
    localStorage.setItem(KEPT_AS, JSON.stringify({ register, seq: last }));
  } catch (error) {
    console.info("the number is kept with its sale only:", error.message);
  }
}

/** The last number of this register that this device knows to be given; 0 if it knows of none. */
export function lastNumber(register) {
  const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? "null");
  return kept?.register === register ? kept.seq : 0;
}
