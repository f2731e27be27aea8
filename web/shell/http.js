/** Sends one request and waits for its answer, whatever its status. */

/** No answer came in time: the network or the server is away, and nobody knows what became of the request. */
export class NoNetwork extends Error {
  name = "NoNetwork";
}

/** A refusal of the API (status 400 or more): `message` for people, `fields`: member → list of messages. */
export class ApiError extends Error {
  name = "ApiError";

  constructor(status, body, headers) {
    super(messageOf(body) ?? `${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
    this.fields = fieldsOf(body);
  }
}

/**
 * The answer to a request; its `body` is parsed if it is JSON, else text. A file is sent as it is, any other
 * body as JSON. Throws `NoNetwork`. `signal`, where it is given, ends the wait in place of `timeoutMs`.
 * @param {string} method
 * @param {string} path
 * @param {{headers?: Record<string, string>, body?: unknown, timeoutMs: number,
 *   signal?: AbortSignal}} options
 * @returns {Promise<{status: number, body: any, headers: Headers}>}
 */
export async function send(method, path, options) {
  const { headers = {}, body, timeoutMs, signal = AbortSignal.timeout(timeoutMs) } = options;
  const request = { method, headers: { ...headers }, signal };
  if (body instanceof Blob) {
    request.body = body;
  } else if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const [answer, text] = await answerOf(path, request);
  return { status: answer.status, body: readable(answer, text), headers: answer.headers };
}

async function answerOf(path, request) {
  try {
    const answer = await fetch(path, request);
    return [answer, await answer.text()];
  } catch (error) {
    throw new NoNetwork(`${request.method} ${path}`, { cause: error });
  }
}

function readable(answer, text) {
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  return isJson && text !== "" ? JSON.parse(text) : text;
}

function messageOf(body) {
  if (typeof body !== "object" || body === null) return undefined;
  const said = body.detail ?? body.error ?? body.non_field_errors ?? Object.values(body)[0];
  const first = Array.isArray(said) ? said[0] : said;
  return typeof first === "string" ? first : undefined;
}

function fieldsOf(body) {
  if (typeof body !== "object" || body === null) return {};
  const lists = Object.entries(body).filter(([, messages]) => Array.isArray(messages));
  return Object.fromEntries(lists.filter(([name]) => name !== "non_field_errors" && name !== "error"));
}
