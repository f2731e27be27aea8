/** The end of a thing that a person has looked at: not if it changed meanwhile. */

import { call } from "../shell/api.js";
import { html } from "../shell/ui.js";
import { Sure } from "./parts.js";

/** @param {{record: ReturnType<import("./record.js").useRecord>, label: string, question: string, done: Function}} props */
export function Remove({ record, label, question, done }) {
  const remove = async () => {
    await call("DELETE", record.path, { ifMatch: record.etag });
    await done();
  };
  return html`<${Sure} label=${label} question=${question} deed=${remove} />`;
}
