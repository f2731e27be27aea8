/**
 * A receipt printer at a serial port (USB, Bluetooth or a cable), by Web Serial.
 *
 * @module
 */

const LOCK = "till: prints";
/** So long a printer may take beside the time of its bytes on the line: its buffer is small. */
const PATIENCE_MS = 10_000;
const BITS_PER_BYTE = 10;

/** The printer was not reached; `reason` is `none`: nobody has chosen one, or `failed`. */
export class NoPrinter extends Error {
  /** @param {"none" | "failed"} reason */
  constructor(reason, options) {
    super(`no printer: ${reason}`, options);
    this.reason = reason;
  }
}

/** Whether this browser can reach a serial port: Chromium on a computer, behind TLS. */
export const hasSerial = () => navigator.serial !== undefined;

/** Whether somebody has chosen a printer, which the browser remembers. */
export async function hasPrinter() {
  return (await ports()).length > 0;
}

/** Let a person choose the port; those that were chosen before are forgotten. False: they chose none. */
export async function choosePrinter() {
  const port = await chosenPort();
  if (port === null) return false;
  for (const other of await ports()) if (other !== port) await other.forget();
  return true;
}

/**
 * Send bytes, after those that are on their way, from other tabs as well. Throws `NoPrinter`.
 *
 * @param {Uint8Array} bytes
 * @param {number} baudRate
 */
export function send(bytes, baudRate) {
  return navigator.locks.request(LOCK, async () => {
    const [port] = await ports();
    if (!port) throw new NoPrinter("none");
    try {
      await port.open({ baudRate });
      await written(port, bytes, PATIENCE_MS + (bytes.length * BITS_PER_BYTE * 1000) / baudRate);
    } catch (cause) {
      throw new NoPrinter("failed", { cause });
    }
  });
}

async function written(port, bytes, withinMs) {
  try {
    await new Blob([bytes]).stream().pipeTo(port.writable, { signal: AbortSignal.timeout(withinMs) });
  } finally {
    await port.close();
  }
}

async function ports() {
  return hasSerial() ? navigator.serial.getPorts() : [];
}

async function chosenPort() {
  try {
    return await navigator.serial.requestPort();
  } catch (error) {
    if (error.name === "NotFoundError") return null; // the person has closed the list
    throw error;
  }
}
