/** All words that people see, by key, in the language of this device. */

export const LANGUAGES = { es: "Español", en: "English" };
const KEPT_AS = "language";

/** `es`, unless somebody chose another at this device. */
export const language = chosen();

const texts = {};

/** Load the texts of these folders of `web/` (`shell`, `till`, `owner`) in the device's language. */
export async function loadTexts(...folders) {
  const modules = await Promise.all(folders.map((folder) => import(`../${folder}/texts/${language}.js`)));
  addTexts(...modules.map((module) => module.default));
}

/** Add texts: flat objects, key → text with `{values}` in it. */
export const addTexts = (...more) => void Object.assign(texts, ...more);

/** The text of a key, with its `{values}` filled in; the key itself if there is none. */
export function t(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => `${values[name] ?? whole}`);
}

/** Show this device's pages in another language: this one is loaded anew. */
export function choose(another) {
  localStorage.setItem(KEPT_AS, another);
  location.reload();
}

function chosen() {
  const kept = globalThis.localStorage?.getItem(KEPT_AS);
  return kept in LANGUAGES ? kept : "es";
}
