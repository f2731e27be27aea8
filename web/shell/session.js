/** Who is logged in at this page, on this device. */
import { ApiError, call } from "./api.js";
import { NoNetwork, send } from "./http.js";
import { forget, keep, kept, onForgotten } from "./tokens.js";
import { signal } from "./ui.js";

/** `null` or `{id, name, email, role}`. */
export const session = signal(null);

onForgotten(() => {
  session.value = null;
});

/** Log in. Throws `ApiError` (wrong password) or `NoNetwork`. */
export async function logIn(email, password) {
  const answer = await send("POST", "/api/auth/login/", { body: { email, password }, timeoutMs: 10_000 });
  if (answer.status !== 200) throw new ApiError(answer.status, answer.body, answer.headers);
  const { access, refresh } = answer.body;
  await keep({ refresh, who: null }, access);
  await askWho();
}

/**
 * Log in again as who was logged in before the reload, without a network too; nobody if there was none.
 * Whether the session still lives is asked afterwards.
 */
export async function restore() {
  const before = await kept();
  if (before?.who === undefined || before.who === null) return;
  session.value = before.who;
  try {
    await askWho();
  } catch (error) {
    if (!(error instanceof NoNetwork || error instanceof ApiError)) throw error;
    console.info("who is logged in was not confirmed:", error.message);
  }
}

/** End the session: at the server where it can be reached, and on this device in any case. */
export async function logOut() {
  try {
    const { body: sessions } = await call("GET", "/api/sessions/");
    const own = sessions.find((each) => each.current);
    if (own) await call("POST", `/api/sessions/${own.id}/revoke/`);
  } catch (error) {
    if (!(error instanceof NoNetwork || error instanceof ApiError)) throw error;
    console.info("the session ends on this device only:", error.message);
  }
  await forget();
}

async function askWho() {
  const { body: user } = await call("GET", "/api/users/me/");
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ") || user.username;
  const who = { id: user.id, name, email: user.email, role: user.role };
  await keep({ ...(await kept()), who });
  session.value = who;
}
