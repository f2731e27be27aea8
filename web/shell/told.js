/** Messages of the API, in the words of people: by contract some are English, others Spanish. */
import { ApiError, NoNetwork } from "./api.js";
import { language, t } from "./texts.js";

/** Messages of the API, or the status where a proxy before it says none → texts; groups are filled in. */
const SAID = [
  ...(language === "en" ? (await import("./texts/spanish_in_en.js")).default : []),
  [/^This field is required\.$/, "said.required"],
  [/^Enter a valid email address\.$/, "said.email"],
  [/^A valid integer is required\.$/, "said.integer"],
  [/^A valid number is required\.$/, "said.number"],
  [/^(?:Date(?:time)? has wrong|Invalid date) format\./, "said.date"],
  [/^Ensure this field has no more than (?<count>\d+) characters\.$/, "said.longest"],
  [/^Ensure this field has at least (?<count>\d+) characters\.$/, "said.shortest"],
  [/^Ensure this value is greater than or equal to (?<least>[\d.-]+)\.$/, "said.least"],
  [/^Ensure this value is greater than (?<least>[\d.-]+)\.$/, "said.above"],
  [/^Ensure this value is less than or equal to (?<most>[\d.-]+)\.$/, "said.most"],
  [/^Ensure this value is not equal to 0\.$/, "said.not_zero"],
  [/^Ensure that there are no more than (?<count>\d+) decimal places\.$/, "said.digits"],
  [/^Ensure that there are no more than \d+ digits /, "said.too_large"],
  [/ is not a valid choice\.$|^This range is compared by one of: /, "said.choice"],
  [/^(?:Not a|Must be a) valid |^Incorrect type\.|^(?:Invalid data\. )?Expected a /, "said.form"],
  [/ required pattern\.$| elements\.$/, "said.form"],
  [/ has a comma\. Write decimals with a point/, "said.comma"],
  [/^[A-Z]+ no se puede cobrar sin conexión\.$/, "said.balance"],
  [/^Invalid pk /, "said.gone"],
  [/ already exists\.$/, "said.taken"],
  [/^Not found\.$| not found$/, "said.gone"],
  [/^Invalid cursor\.$/, "said.cursor"],
  [/^Status cannot change from |^The return is processed or rejected: /, "said.step"],
  [/^You do not have permission to perform this action\.$/, "said.forbidden"],
  [/^The resource was changed meanwhile\.$/, "said.changed"],
  [/^Current password is incorrect\.$/, "said.password"],
  [/^The last owner cannot be deleted or demoted\.$/, "said.last_owner"],
  [/^Stock changed meanwhile: it is (?<count>\d+)\.$/, "said.stock"],
  [/^413$|^Request body exceeds the limit/, "said.large"],
  [/^The file is empty\.$/, "said.empty_file"],
  [/^There is no column "(?<name>.*)"\. Columns: (?<names>.*)\.$/, "said.no_column"],
  [/^The column "(?<name>.*)" is missing\.$/, "said.column_missing"],
  [/^A column stands in the header twice\.$/, "said.column_twice"],
  [/^Line (?<line>\d+) has this sku already\.$/, "said.sku_twice"],
  [/^The file is UTF-8 so far, and this line is not\./, "said.not_utf8"],
  [/^A quotation mark is not closed\.$/, "said.not_closed"],
  [/^Quotation marks inside a cell must be doubled\.$/, "said.not_doubled"],
  [/^Lines must end with LF or CR LF\./, "said.not_utf8"],
  [/ is a number that a spreadsheet has shortened\./, "said.shortened"],
  [/^The line has (?<found>\d+) cells instead of (?<wanted>\d+)\./, "said.cells"],
  [/^No active account found with the given credentials$/, "said.login"],
  [/^Given token not valid for any token type$/, "said.session"],
  [/^Authentication credentials were not provided\.$/, "said.session"],
  [
    /^5\d\d$|^(?:Service temporarily unavailable|Bad gateway|Gateway timeout|A server error occurred)\.?$/,
    "said.unavailable",
  ],
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
