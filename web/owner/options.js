/** What a field or a filter may choose of. */
import { t } from "../shell/texts.js";

/** `[value, label]` of values of the API, each with its text: `role.ADMIN`. */
export const optionsOf = (prefix, values) => values.map((value) => [value, t(`${prefix}.${value}`)]);
