/**
 * A short beep for a code that was found, a lower one for an unknown code: a cashier looks at the goods. The
 * picture does not wait for it.
 *
 * @module
 */

import { painted } from "../shell/ui.js";
import { device } from "./device.js";

const TONES = { found: { hertz: 1760, seconds: 0.06 }, unknown: { hertz: 220, seconds: 0.3 } };
const VOLUME = 0.2;

let speaker;

/** @param {keyof typeof TONES} meaning */
export async function beep(meaning) {
  if (!device.value.sounds) return;
  await painted();
  speaker ??= new AudioContext();
  const { hertz, seconds } = TONES[meaning];
  const tone = new OscillatorNode(speaker, { type: "square", frequency: hertz });
  tone.connect(new GainNode(speaker, { gain: VOLUME })).connect(speaker.destination);
  tone.start();
  tone.stop(speaker.currentTime + seconds);
}
