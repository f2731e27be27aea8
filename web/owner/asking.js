/** Asks for what a screen can do without: names beside ids, what is found while somebody types. */
import { call, ifAnswered } from "../shell/api.js";

/** What the API answers; null where it is refused or does not come, which nobody is told. */
export function answerIfAny(path, query) {
  return ifAnswered(() => call("GET", path, { query }), `${path} could not be asked for`);
}
