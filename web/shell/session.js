/** Who is logged in at this page, on this device. */
import { ApiError, call, ifAnswered } from "./api.js";
import { send } from "./http.js";
import { accessToken, begin, forget, keep, kept, onChanged, useAccess } from "./tokens.js";
import { computed, signal } from "./ui.js";

const LOG_OUT_MS = 2_000;

/** `null` or `{id, name, email, role}`. */
export const session = signal(null);

/** Whether who is logged in runs the shop. */
export const isSupervisor = computed(() => ["ADMIN", "OWNER"].includes(session.value?.role));

/** Whether the session that was logged out last may go on at the server, which did not answer in time. */
export const isLeftOpen = signal(false);

/** Whether the session above has ended by itself, or elsewhere: who it was has to log in again. */
export const isOver = signal(false);

onChanged((how) => {
  isOver.value = how === "over";
  return isOver.value ? undefined : restore();
});

/** Log in. Throws `ApiError` (wrong password) or `NoNetwork`. */
export async function logIn(email, password) {
  const answer = await send("POST", "/api/auth/login/", { body: { email, password }, timeoutMs: 10_000 });
  if (answer.status !== 200) throw new ApiError(answer.status, answer.body, answer.headers);
  await goOn(answer.body);
}

/**
 * Take the page over from who is logged in, by a PIN. Throws `ApiError`, `NoNetwork`: nothing has changed.
 */
export async function takeOver(user, pin) {
  await goOn((await call("POST", "/api/auth/pin/", { body: { user, pin } })).body);
}

/**
 * Go on with these tokens, once it is known whose they are: until then all is asked in the name of who is
 * shown. The session before, if there is one, is ended meanwhile: nobody waits for it.
 */
async function goOn({ refresh, access }) {
  const who = await asked({ access });
  await begin({ refresh, who });
  const before = accessToken();
  useAccess(access);
  session.value = who;
  isLeftOpen.value = isOver.value = false;
  if (before !== null) unlessRefused(() => revoke({ access: before }));
}

/**
 * Be who is kept on this device, without a network too; nobody if there is none. Whether the session still
 * lives, and what its user is called now, is asked afterwards.
 */
export async function restore() {
  const before = await kept();
  session.value = before?.who ?? null;
  if (before === undefined) return;
  await unlessRefused(async () => {
    const who = await asked();
    if (await keep({ ...before, who })) session.value = who;
  });
}

/**
 * End the session: at the server if it answers soon, and on this device in any case. One that goes on there
 * can be ended at another device, as nobody has its tokens any more.
 */
export async function logOut() {
  const soon = AbortSignal.timeout(LOG_OUT_MS);
  const isLate = new Promise((resolve) => soon.addEventListener("abort", () => resolve(null)));
  const isEnded = unlessRefused(() => revoke({ signal: soon }));
  isLeftOpen.value = (await Promise.race([isEnded, isLate])) === null;
  await forget();
}

/**
 * End the session of the token `access`, or the one that is logged in; nothing is sent after `signal`, when
 * somebody else may be.
 */
async function revoke(whose) {
  const { body: sessions } = await call("GET", "/api/sessions/", whose);
  const own = sessions.find((each) => each.current);
  if (own) await call("POST", `/api/sessions/${own.id}/revoke/`, whose);
}

/** Who is logged in, or whose token `access` is. */
async function asked(whose) {
  const { body: user } = await call("GET", "/api/users/me/", whose);
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ") || user.username;
  return { id: user.id, name, email: user.email, role: user.role };
}

/** What the server is asked here may fail, and is null then: the session on this device goes on without. */
function unlessRefused(work) {
  return ifAnswered(work, "the server was not reached for the session");
}
