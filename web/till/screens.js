/**
 * The screens beside the sale, and the deeds of the menu that lead to them.
 *
 * @module
 */

import { later } from "../shell/page.js";
import { signal, useLayoutEffect } from "../shell/ui.js";

/**
 * In the order of the menu. `deed.<name>` is its text, and `Screen` is loaded when it is shown first.
 *
 * @type {{name: string, Screen: Function}[]}
 */
export const DEEDS = [
  { name: "parked", Screen: later(async () => (await import("./parked_screen.js")).Parked) },
  { name: "return", Screen: later(async () => (await import("./return_screen.js")).Return) },
  { name: "exchange", Screen: later(async () => (await import("./exchange_screen.js")).Exchange) },
  { name: "layaway", Screen: later(async () => (await import("./layaway_screen.js")).Layaways) },
  { name: "reprint", Screen: later(async () => (await import("./reprint_screen.js")).Reprint) },
  { name: "shift", Screen: later(async () => (await import("./shift_screen.js")).Shift) },
  { name: "unsent", Screen: later(async () => (await import("./unsent_screen.js")).Unsent) },
  { name: "pin", Screen: later(async () => (await import("./pin_screen.js")).OwnPin) },
  { name: "device", Screen: later(async () => (await import("./device_screen.js")).DeviceSettings) },
];

/** The name of the deed whose screen is shown; null for the sale. */
export const screen = signal(null);

let takesScans = null;

/** Show the screen of a deed, or with null the sale. */
export function show(name) {
  screen.value = name;
}

/** What a scanned code is for: what the screen has asked for, else the sale, which is shown then. */
export function scannedFor(sale) {
  return (code) => {
    if (takesScans) return takesScans(code);
    show(null);
    return sale(code);
  };
}

/** While the component is shown, scanned codes are its own: the return of a ticket, a customer's card. */
export function useScans(take) {
  useLayoutEffect(() => {
    takesScans = take;
    return () => void (takesScans === take && (takesScans = null));
  }, [take]);
}

/** While the component is shown, a scan does nothing: it ends in no field, and takes no screen away. */
export function useNoScans() {
  useScans(ignored);
}

const ignored = () => undefined;
