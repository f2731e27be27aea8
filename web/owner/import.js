/** Products from a CSV file: first what would become of each line, then the import itself. */
import { ApiError, call } from "../shell/api.js";
import { useAttempt } from "../shell/attempt.js";
import { number } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html, useSignal } from "../shell/ui.js";
import { BYTE_ORDER_MARK, csv } from "./csv.js";
import { Card, PartsTable, Place } from "./parts.js";
import { addressOf } from "./places.js";
import { saveCsv } from "./save.js";
import { told, worded } from "../shell/told.js";

const PATH = "/api/products/import/";
const TIMEOUT_MS = 300_000; // a file of 64 MiB takes minutes
const SHOWN = 100;
const OUTCOMES = ["created", "updated", "unchanged", "refused"];

export function Import() {
  const file = useSignal(null);
  const report = useSignal(null);
  const failed = (error) => {
    report.value = null;
    return reasonOf(error);
  };
  const { problem, isBusy, attempt } = useAttempt(failed);

  async function send(isTry) {
    const query = { dry_run: isTry };
    const { body } = await call("POST", PATH, { query, body: file.value, timeoutMs: TIMEOUT_MS });
    report.value = body;
  }

  function choose(event) {
    const [chosen] = event.currentTarget.files;
    report.value = null;
    if (!chosen) return;
    attempt(async () => {
      file.value = new Blob([await chosen.arrayBuffer()]); // what is imported is what was tried
      await send(true);
    });
  }

  return html`
    <${Place} title=${t("import.title")} back=${addressOf("products")}>
      <${Card} title=${t("import.file")}>
        <p>${t("import.how")}</p>
        <div class="row">
          <button disabled=${isBusy} onClick=${() => attempt(saveAll)}>${t("import.export")}</button>
        </div>
        <label>${t("import.choose")}
          <input type="file" accept=".csv,text/csv" disabled=${isBusy} onClick=${chooseAnew}
            onChange=${choose} />
        </label>
        ${isBusy.value && html`<p role="status">${t("import.busy")}</p>`}
        <p role="alert" class="problem">${problem}</p>
      <//>
      ${report.value && html`
        <${Report} report=${report.value} isBusy=${isBusy.value}
          carryOut=${() => attempt(() => send(false))} />`}
    <//>`;
}

/** Without a file, so that one that was mended and is chosen again by its name counts as another. */
function chooseAnew(event) {
  event.currentTarget.value = "";
}

/** What became of the file, or would. */
function Report({ report, isBusy, carryOut }) {
  const { dry_run: isTry, results, created, updated } = report;
  const refused = results.filter(({ result }) => result === "refused");
  const headings = ["line", "sku", "why"].map((name) => `import.${name}`);
  const titles = headings.map((key) => t(key));
  const rows = refused.map(({ line, sku, errors }) => [`${line}`, sku || "–", reasons(errors)]);
  const wanted = created + updated;
  return html`
    <${Card} title=${t(isTry ? "import.tried" : "import.done")}>
      <div role="status"><dl class="facts">
        ${OUTCOMES.map((name) => html`
          <div data-outcome=${name}><dt>${t(`import.${isTry ? "would" : "was"}_${name}`)}</dt>
            <dd class=${name === "refused" && report.refused > 0 ? "attention" : ""}>
              ${number(report[name])}</dd></div>`)}
      </dl></div>
      ${isTry && html`
        <div class="row">
          <button class="primary" disabled=${isBusy || wanted === 0} onClick=${carryOut}>
            ${t("import.carry_out", { count: number(wanted) })}</button>
        </div>`}
      ${refused.length > 0 && html`
        <p>${t("import.refused_lines")}</p>
        <${PartsTable} title=${t("import.refused_lines")} headings=${headings} cells=${rows.slice(0, SHOWN)}
          numericFrom=${headings.length} />
        ${rows.length > SHOWN && html`<p>${t("import.more", { count: number(rows.length - SHOWN) })}</p>`}
        <div class="row">
          <button onClick=${() => saveCsv(`${t("import.errors_file")}.csv`, csv(titles, rows))}>
            ${t("import.save_errors")}</button>
        </div>`}
    <//>`;
}

/** The messages of a line by column: `price: …`. */
function reasons(errors) {
  return Object.entries(errors).map(([column, messages]) => {
    const said = [messages].flat().map((message) => worded(`${message}`)).join(" ");
    return column === "line" ? said : `${column}: ${said}`;
  }).join(" ");
}

function reasonOf(error) {
  if (error instanceof DOMException) return t("import.unreadable"); // it was moved, or another program has it
  const [about] = error instanceof ApiError ? (error.fields.file ?? []) : [];
  return about ? worded(about) : told(error);
}

/** Saves all products as the file that an import takes. */
async function saveAll() {
  const { body } = await call("GET", "/api/products/export/", { timeoutMs: TIMEOUT_MS });
  saveCsv(`${t("import.export_file")}.csv`, BYTE_ORDER_MARK + body); // reading it as text took the mark off
}
