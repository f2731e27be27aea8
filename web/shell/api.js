/** Calls the public API in the name of who is logged in. */
import { ApiError, NoNetwork, send } from "./http.js";
import { accessToken, refresh } from "./tokens.js";

export { ApiError, NoNetwork };

const UNAUTHENTICATED = 401;

/**
 * The answer to a request. Throws `ApiError` if it is refused, `NoNetwork` if no answer came in time.
 *
 * A repeat with the same `key` (`Idempotency-Key`) does not do the work twice; `approval` is the token of
 * somebody who approves it; with `ifMatch` a thing that changed meanwhile is not overwritten. `access` is the
 * token of another session than the one that is logged in; `accept` asks for another form (`text/plain`).
 * After `signal` nothing is sent any more.
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, query?: Record<string, any>, key?: string, approval?: string, ifMatch?: string,
 *   access?: string, accept?: string, timeoutMs?: number, signal?: AbortSignal}} options
 */
export async function call(method, path, options = {}) {
  const { body, query, key, approval, ifMatch, access, accept, timeoutMs = 10_000, signal } = options;
  const token = () => access ?? accessToken();
  const asked = () =>
    send(method, withQuery(path, query), {
      body,
      timeoutMs,
      signal,
      headers: told({
        Authorization: token() && `Bearer ${token()}`,
        "Idempotency-Key": key,
        "X-Approval": approval,
        "If-Match": ifMatch,
        Accept: accept,
      }),
    });
  if (token() === null) await refresh(timeoutMs);
  let answer = await asked();
  const isExpired = answer.status === UNAUTHENTICATED && access === undefined;
  if (isExpired && (await refresh(timeoutMs))) answer = await asked();
  if (answer.status >= 400) throw new ApiError(answer.status, answer.body, answer.headers);
  return answer;
}

/**
 * What `work` answers; null if the API refuses or does not answer, where somebody can do without: `stays`
 * says in the console what then goes on as it was.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @param {string} stays
 * @returns {Promise<T | null>}
 */
export async function ifAnswered(work, stays) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof NoNetwork)) throw error;
    console.info(`${stays}:`, error.message);
    return null;
  }
}

function withQuery(path, query = {}) {
  const given = new URLSearchParams(told(query)).toString();
  return given === "" ? path : `${path}?${given}`;
}

const told = (values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
