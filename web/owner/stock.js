/** The stock of a product: what is there, what comes and goes by hand, and every movement so far. */
import { ApiError, call } from "../shell/api.js";
import { dateAndTime, number, signed } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { Form } from "./form.js";
import { List } from "./list.js";
import { optionsOf } from "./options.js";
import { Facts, Tag, noted } from "./parts.js";

/** Reasons to change a stock by hand → the change that so many pieces are; a count says what is there. */
const CHANGES = {
  RECEIVED: (pieces) => pieces, WASTE: (pieces) => -Math.abs(pieces), CORRECTION: (pieces) => pieces,
};
const COUNTED = "COUNTED";
const BLANK = { reason: "RECEIVED", pieces: "", note: "" };

export function Stock({ product }) {
  const {
    current_stock: stock, reserved_quantity: held, available_to_sell: free, low_stock: isLow,
  } = product.body;
  const version = useSignal(0);
  const change = async ({ all, key }) => {
    const answer = await changed(product, all, key).catch((error) => {
      const isAnother = error instanceof ApiError && "current_stock" in error.fields;
      if (isAnother) product.again(); // by now
      throw error;
    });
    product.take(answer);
    version.value += 1;
  };
  const low = isLow && html`<${Tag} tone="bad">${t("product.low_tag")}<//>`;
  return html`
    <${Facts} facts=${[
      ["stock.current", html`${number(stock)} ${low}`],
      ["stock.held", number(held)],
      ["stock.free", number(free)],
    ]} />
    <${Form} fields=${fields()} values=${BLANK} send=${change} errorsOf=${besidePieces} submit="stock.book"
      saved="stock.booked" />
    <details>
      <summary>${t("stock.history")}</summary>
      <${List} path=${`${product.path}stock-history/`} title=${t("stock.history")} columns=${columns()}
        search=${false} limit=${20} prefix="stock." version=${version.value} />
    </details>`;
}

/** Of a count the API is told which stock was seen, so that a sale in between is not lost. */
function changed({ path, body }, { reason, pieces, note }, key) {
  if (reason === COUNTED) {
    const counted = { current_stock: pieces, expected_stock: body.current_stock };
    return call("PATCH", path, { body: counted });
  }
  const change = typeof pieces === "number" ? CHANGES[reason](pieces) : pieces;
  return call("POST", `${path}stock/`, { body: { change, reason, note: note || null }, key });
}

const besidePieces = ({ fields: { change, current_stock: counted, ...others } }) =>
  ({ ...others, ...((change ?? counted) && { pieces: change ?? counted }) });

function fields() {
  const reasons = optionsOf("stock.reason", [...Object.keys(CHANGES), COUNTED]);
  return [
    { name: "reason", label: "stock.reason", options: reasons },
    { name: "pieces", label: "stock.pieces", type: "number", isRequired: true, note: hint },
    { name: "note", label: "stock.note", isWide: true },
  ];
}

const hint = ({ reason }) => t(`stock.hint.${reason}`);

function columns() {
  return [
    { name: "at", label: "stock.at", cell: (line) => dateAndTime(line.created_at) },
    { name: "reason", label: "stock.reason", cell: ({ reason, note }) =>
      noted(t(`stock.reason.${reason}`), note) },
    { name: "change", label: "stock.change", numeric: true, cell: ({ change }) => signed(change) },
    { name: "balance", label: "stock.balance", numeric: true, cell: ({ balance }) => number(balance) },
  ];
}
