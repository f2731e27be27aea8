/** Messages of the API, in the words of the people who read them: many are English by contract. */
import { ApiError, NoNetwork } from "./api.js";
import { t } from "./texts.js";

/** Messages of the API → texts; what the groups find is filled in. */
const SAID = [
  [/^This field is required\.$/, "said.required"],
  [/^Enter a valid email address\.$/, "said.email"],
  [/^A valid integer is required\.$/, "said.integer"],
  [/^A valid number is required\.$/, "said.number"],
  [/^Date has wrong format\./, "said.date"],
  [/^Ensure this field has no more than (?<count>\d+) characters\.$/, "said.longest"],
  [/^Ensure this field has at least (?<count>\d+) characters\.$/, "said.shortest"],
  [/^Ensure this value is greater than or equal to (?<least>[\d.-]+)\.$/, "said.least"],
  [/^Ensure this value is greater than (?<least>[\d.-]+)\.$/, "said.above"],
  [/^Ensure this value is less than or equal to (?<most>[\d.-]+)\.$/, "said.most"],
  [/^Ensure that there are no more than (?<count>\d+) d/, "said.digits"],
  [/ is not a valid choice\.$/, "said.choice"],
  [/^Invalid pk /, "said.gone"],
  [/ already exists\.$/, "said.taken"],
  [/^Not found\.$/, "said.gone"],
  [/^You do not have permission to perform this action\.$/, "said.forbidden"],
  [/^The resource was changed meanwhile\.$/, "said.changed"],
  [/^Stock changed meanwhile: it is (?<count>\d+)\.$/, "said.stock"],
  [/^No active account found with the given credentials$/, "said.login"],
  [/^Current password is incorrect\.$/, "said.password"],
  [/^Given token not valid for any token type$/, "said.session"],
  [/^Authentication credentials were not provided\.$/, "said.session"],
  [/^(Service temporarily unavailable|Gateway timeout|A server error occurred)\.?$/, "said.unavailable"],
  [/^Request was throttled\. Expected available in (?<seconds>\d+) second/, "said.throttled"],
];

/** The message in the language of the page, if it is known; else as it is. */
export function worded(message) {
  for (const [pattern, key] of SAID) {
    const found = pattern.exec(message);
    if (found) return t(key, found.groups);
  }
  return message;
}

/** The words for a request that failed: what the API said, or that there is no network. Others are thrown. */
export function told(error) {
  if (error instanceof ApiError) return worded(error.message);
  if (error instanceof NoNetwork) return t("network.none");
  throw error;
}
