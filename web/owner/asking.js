/** Asks for what a screen can do without: names beside ids, what is found while somebody types. */
import { ApiError, NoNetwork, call } from "../shell/api.js";

/** What the API answers; null where it is refused or does not come, which nobody is told. */
export async function answerIfAny(path, query) {
  try {
    return await call("GET", path, { query });
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof NoNetwork)) throw error;
    console.info(`${path} could not be asked for:`, error.message);
    return null;
  }
}
