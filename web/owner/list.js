/**
 * A list of the API as a table: search, filters, order, pages. Where somebody is in it stands in the address,
 * so that a reload and the browser's way back show the same rows.
 *
 * @module
 */

import { call } from "../shell/api.js";
import { number } from "../shell/format.js";
import { t } from "../shell/texts.js";
import { html, useEffect, useLayoutEffect, useRef, useSignal } from "../shell/ui.js";
import { NotRead } from "./not_read.js";
import { asked, nextCursor, ownState, reordered, startOf, withState } from "./paging.js";
import { addressOf, cameFrom, go, place, replace } from "./places.js";
import { useReading } from "./reading.js";

const LIMIT = 50;
const TYPING_MS = 250;
const ROWS = (body) => body;
const FIRST_PAGE = { from: undefined, cursor: undefined };

/**
 * @param {object} props
 * @param {string} props.path the API's list
 * @param {string} props.title names the table for people who do not see it
 * @param {{name: string, label: string, cell: (row: object) => unknown, ordering?: string, numeric?: boolean,
 *   minor?: boolean, heading?: (rows: object[]) => unknown}[]} props.columns `label` is a text's key;
 *   `ordering` is the API's word, where it can order by that; `heading(rows)` stands in place of the label; a
 *   `minor` column is not shown on a phone; what the first one says leads to `opens(row)`
 * @param {(row: object) => string | undefined} [props.opens] the address of a row
 * @param {string | false} [props.search] the text's key of what may be searched; false where the API cannot
 * @param {(text: string) => Record<string, string>} [props.sought] the API's parameters for what is searched
 * @param {{name: string, label: string, options?: string[][], any?: string}[]} [props.filters] `name` is the
 *   API's parameter, options are `[value, label]`; without options it is a day; `any` is the text's key of
 *   none
 * @param {Record<string, any>} [props.fixed] the API's parameters that are always sent
 * @param {string} [props.empty] the text's key for a list without any row
 * @param {string} [props.prefix] of its state in the address, where a place has several lists (`points.`)
 * @param {number} [props.version] asks again when it changes
 * @param {(body: any) => object[]} [props.rowsIn] the rows in what the API answers, where it is no array
 */
export function List({
  path, title, columns, opens, search = "list.search", sought, filters = [], fixed = {}, empty = "list.none",
  prefix = "", limit = LIMIT, version = 0, rowsIn = ROWS, children,
}) {
  const state = ownState(place.value.query, prefix);
  const names = filters.map(({ name }) => name);
  const query = asked(state, { limit, names, fixed, sought });
  const { page, problem, isBusy, again } = usePage(path, query, version, rowsIn);
  const addressWith = (changed) => {
    const { name, part, query } = place.value;
    return addressOf(name, part, withState(query, changed, prefix));
  };
  const isNarrowed = ["search", ...names].some((name) => state[name]);
  const everything = Object.fromEntries(["search", ...names].map((name) => [name, undefined]));
  return html`
    <section class="list stack" aria-label=${title}>
      <div class="choices no-print">
        ${search && html`<${Search} label=${t(search)} value=${state.search ?? ""}
          onSearch=${(text) => replace(addressWith({ ...FIRST_PAGE, search: text }))} />`}
        ${filters.map((filter) => html`
          <${Filter} key=${filter.name} ...${filter} value=${state[filter.name] ?? ""}
            onPick=${(value) => go(addressWith({ ...FIRST_PAGE, [filter.name]: value }))} />`)}
        ${children}
      </div>
      ${problem && html`<${NotRead} why=${problem} isOld=${page !== null} again=${again} />`}
      ${!page && !problem && html`<p role="status">${t("overview.loading")}</p>`}
      ${page?.rows.length === 0 && html`
        <div class="card row" role="status">
          <p class="grow">${t(isNarrowed ? "list.no_match" : startOf(state) > 0 ? "list.no_more" : empty)}</p>
          ${isNarrowed && html`<a class="button" href=${addressWith({ ...FIRST_PAGE, ...everything })}>
            ${t("list.all")}</a>`}
        </div>`}
      ${page?.rows.length > 0 && html`
        <${Rows} title=${title} columns=${columns} rows=${page.rows} opens=${opens} isBusy=${isBusy}
          ordering=${state.ordering} ordered=${(field) =>
            addressWith({ ...FIRST_PAGE, ordering: reordered(state.ordering, field) })} />`}
      ${page && html`
        <${Pages} title=${title} page=${page} start=${startOf(state)} limit=${limit}
          addressWith=${addressWith} />`}
    </section>`;
}

/** What the API answers for a page of a list; what was there before stays until the answer is there. */
function usePage(path, query, version, rowsIn) {
  const wanted = JSON.stringify([path, query]);
  const read = async () => ({ ...(await readPage(path, query, rowsIn)), wanted });
  const { answer: { value: page }, problem, again } = useReading(read, [wanted, version]);
  return { page, problem, isBusy: page?.wanted !== wanted && problem === null, again };
}

async function readPage(path, query, rowsIn) {
  const { body, headers } = await call("GET", path, { query });
  const total = headers.get("X-Total-Count");
  return {
    rows: rowsIn(body),
    total: total === null ? null : Number(total),
    isExact: headers.get("X-Total-Count-Exact") !== "false",
    next: nextCursor(headers.get("Link")),
  };
}

/** Looks while somebody types; the arrow down leads into the rows. */
function Search({ label, value, onSearch }) {
  const text = useSignal(value);
  const typing = useRef(undefined);
  const search = () => {
    typing.current = undefined;
    onSearch(text.value.trim());
  };
  const type = (event) => {
    text.value = event.currentTarget.value;
    clearTimeout(typing.current);
    typing.current = setTimeout(search, TYPING_MS);
  };
  useEffect(() => {
    if (typing.current === undefined && text.value.trim() !== value) text.value = value; // by the way back
  }, [value]);
  useEffect(() => () => clearTimeout(typing.current), []);
  const enter = (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    event.currentTarget.closest(".list").querySelector("tbody a.opens")?.focus();
  };
  return html`
    <label class="grow">${label}
      <input type="search" value=${text} autocomplete="off" onInput=${type} onKeyDown=${enter} />
    </label>`;
}

function Filter({ label, options, any = "list.any", value, onPick }) {
  const pick = (event) => onPick(event.currentTarget.value);
  if (!options) return html`<label>${t(label)}<input type="date" value=${value} onChange=${pick} /></label>`;
  return html`
    <label>${t(label)}
      <select value=${value} onChange=${pick}>
        <option value="" selected=${value === ""}>${t(any)}</option>
        ${options.map(([each, text]) => html`
          <option value=${each} selected=${each === value}>${text}</option>`)}
      </select>
    </label>`;
}

function Rows({ title, columns, rows, opens, isBusy, ordering, ordered }) {
  const look = ({ numeric, minor }) => [numeric && "number", minor && "minor"].filter(Boolean).join(" ");
  const move = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !event.target.matches("a")) return;
    event.preventDefault();
    const links = [...event.currentTarget.querySelectorAll("tbody a.opens")];
    links[links.indexOf(event.target) + step]?.focus();
  };
  const table = useRef(null);
  useLayoutEffect(() => {
    const hasGoneOn = document.activeElement.tabIndex >= 0; // to the search, or by the navigation
    const row = table.current.querySelector(`a.opens[href="${CSS.escape(cameFrom())}"]`);
    if (!hasGoneOn) row?.focus(); // which brings it into sight
  }, []);
  return html`
    <div class="table" ref=${table} role="group" tabindex=${opens ? undefined : 0} aria-label=${title}
      onKeyDown=${move}>
      <table class="rows" aria-label=${title} aria-busy=${isBusy}>
        <thead>
          <tr>${columns.map((column) => html`
            <${Heading} key=${column.name} ...${column} rows=${rows} look=${look(column)}
              current=${ordering} ordered=${ordered} />`)}</tr>
        </thead>
        <tbody>
          ${rows.map((row, at) => html`
            <tr key=${row.id ?? at}>
              ${columns.map((column, place) => html`
                <td class=${look(column)}>
                  ${place === 0 && opens?.(row)
                    ? html`<a class="opens" href=${opens(row)}>${column.cell(row)}</a>`
                    : column.cell(row)}
                </td>`)}
            </tr>`)}
        </tbody>
      </table>
    </div>`;
}

function Heading({ label, heading, rows, ordering, look, current, ordered }) {
  if (heading) return html`<th scope="col" class=${look}>${heading(rows)}</th>`;
  if (!ordering) return html`<th scope="col" class=${look}>${t(label)}</th>`;
  const direction = { [ordering]: "ascending", [`-${ordering}`]: "descending" }[current];
  const arrow = { ascending: "▲", descending: "▼" }[direction] ?? "";
  return html`
    <th scope="col" class=${look} aria-sort=${direction}>
      <a href=${ordered(ordering)}>${t(label)} <span aria-hidden="true">${arrow}</span></a>
    </th>`;
}

/** Which rows these are, of how many, and the ways to the pages before and after. */
function Pages({ title, page: { rows, total, isExact, next }, start, limit, addressWith }) {
  const end = start + rows.length;
  const told = { first: number(start + 1), last: number(end), total: number(total ?? 0) };
  const text = total === null ? "list.span" : isExact ? "list.span_of" : "list.span_of_about";
  const before = addressWith({ ...FIRST_PAGE, from: Math.max(start - limit, 0) || undefined });
  return html`
    <nav class="row pages no-print" aria-label=${`${title}: ${t("list.pages")}`}>
      <p class="grow" role="status">${rows.length > 0 && t(text, told)}</p>
      ${start > 0 && html`<a class="button" href=${before} rel="prev">
        ‹ ${t("list.before")}</a>`}
      ${next && html`<a class="button" href=${addressWith({ from: end, cursor: next })} rel="next">
        ${t("list.after")} ›</a>`}
    </nav>`;
}
