/** The end of a thing that a person has looked at: not if it changed meanwhile. */

import { call } from "../shell/api.js";
import { html } from "../shell/ui.js";
import { Sure } from "./parts.js";
import { unlessChanged } from "./record.js";

/**
 * @param {object} props
 * @param {ReturnType<import("./record.js").useRecord>} props.record
 * @param {import("./form.js").Field[]} props.fields what was looked at
 * @param {string} props.label
 * @param {string} props.question
 * @param {() => unknown} props.done the way on
 */
export function Remove({ record, fields, label, question, done }) {
  const remove = async () => {
    const deed = (ifMatch) => call("DELETE", record.path, { ifMatch });
    const { conflict } = await unlessChanged(record, fields, deed);
    if (conflict) throw conflict.refusal;
    return done;
  };
  return html`<${Sure} label=${label} question=${question} deed=${remove} />`;
}
