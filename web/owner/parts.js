/** What the places of orders, people and drawers are made of. */

import { useAttempt } from "../shell/attempt.js";
import { cents, shown } from "../shell/money.js";
import { t } from "../shell/texts.js";
import { html, useRef } from "../shell/ui.js";
import { useCurrentInSight } from "./in_sight.js";
import { addressOf, asLeft, place, useWayOn } from "./places.js";
import { Table } from "./table.js";

const UNKNOWN = "–";

/** An amount as the API writes it, for people; `–` where it is not known. */
export const money = (text) => (text === null || text === undefined ? UNKNOWN : shown(cents(text)));

/** An amount in a column of which most say nothing: `–` for none. */
export const moneyIfAny = (text) => (cents(text) === 0 ? UNKNOWN : shown(cents(text)));

/** The text, or `–` where there is none. */
export const orNothing = (text) => (text === null || text === undefined || text === "" ? UNKNOWN : text);

/**
 * What is known of a thing: `[label, value, name]`; what is `undefined` is left out, null is shown as
 * unknown.
 * @param {{facts: [string, unknown, string?][]}} props `label` is a text's key
 */
export function Facts({ facts }) {
  return html`
    <dl class="facts">
      ${facts.filter(([, value]) => value !== undefined).map(([label, value, name]) => html`
        <div key=${label} data-fact=${name}><dt>${t(label)}</dt><dd>${value ?? UNKNOWN}</dd></div>`)}
    </dl>`;
}

/** A word that is looked for in a row; `tone` is `good`, `warn`, `bad` or nothing. */
export function Tag({ tone = "", children }) {
  return html`<span class=${`tag ${tone}`}>${children}</span>`;
}

/** A difference: with a plus what is too much, with a minus what is missing. */
export const signed = (text) => `${cents(text) > 0 ? "+" : ""}${money(text)}`;

/** A difference, with what it means beside its sign: money that is missing, or too much of it. */
export function Difference({ of }) {
  if (of === null) return UNKNOWN;
  return html`<${Tag} tone=${cents(of) === 0 ? "good" : "bad"}>${signed(of)}<//>`;
}

/** A card with a heading; a `whole` one takes the width of two. */
export function Card({ title, name, isWhole = false, children }) {
  return html`
    <section class=${`card stack ${isWhole ? "whole" : ""}`} data-card=${name}>
      <h3>${title}</h3>
      ${children}
    </section>`;
}

/** What a cell shows, and below it what belongs to it, if there is something. */
export const noted = (shown, note) => html`${shown}${note && html`<br /><span class="quiet">${note}</span>`}`;

/** A table of a thing's parts: `headings` are texts' keys, `cells` rows of what is shown. */
export function PartsTable({ headings, cells, ...others }) {
  return html`<${Table} headings=${headings.map((key) => t(key))} rows=${cells} ...${others} />`;
}

/** The parts of a place, each with its address: `[part, label]`; the first one has none of its own. */
export function Tabs({ name, label, tabs, current }) {
  const row = useCurrentInSight(current);
  return html`
    <nav class="tabs row no-print" ref=${row} aria-label=${t(label)}>
      ${tabs.map(([part, key]) => html`
        <a key=${key} class="button" href=${addressOf(name, part)}
          aria-current=${part === current ? "page" : undefined}>
          ${t(key)}
        </a>`)}
    </nav>`;
}

/** The head of one thing: the way back to its list, what it is called, and what may be done with it. */
export function Head({ back, title, children }) {
  return html`
    <header class="row head">
      <a class="button no-print" href=${asLeft(back ?? addressOf(place.value.name))}>‹ ${t("form.back")}</a>
      <h2 class="grow">${title}</h2>
      ${children}
    </header>`;
}

/** One thing by itself, below its head; `actions` stand beside its name. */
export function Place({ title, back, actions, children }) {
  return html`<main class="owner"><${Head} back=${back} title=${title}>${actions}<//>${children}</main>`;
}

/**
 * A button, in a form or not, whose deed is done only after a second press on what says what will happen; why
 * not, if it is not. The deed answers the way to another screen, if there is one.
 */
export function Sure({ label, question, deed }) {
  const sheet = useRef(null);
  const { problem, isBusy, attempt } = useAttempt();
  const wayOn = useWayOn();
  const sure = () => {
    sheet.current.close();
    attempt(async () => wayOn(await deed()));
  };
  return html`
    <button type="button" class="danger no-print" disabled=${isBusy}
      onClick=${() => sheet.current.showModal()}>
      ${t(label)}
    </button>
    <p role="alert" class="problem">${problem}</p>
    <${Question} sheet=${sheet} label=${label} text=${question} answers="sure" agree=${sure} />`;
}

/**
 * A dialog that asks whether something shall be done. The focus is on the answer that does nothing, as Esc
 * does.
 * @param {object} props
 * @param {{current: HTMLDialogElement | null}} props.sheet shows and closes it
 * @param {string} props.label a text's key
 * @param {string} props.text
 * @param {string} props.answers the key of two texts: `sure` has `sure.yes` and `sure.no`
 * @param {Function} props.agree
 * @param {Function} [props.onClose]
 */
export function Question({ sheet, label, text, answers, agree, onClose }) {
  const close = () => sheet.current.close();
  return html`
    <dialog ref=${sheet} aria-label=${t(label)} onClose=${onClose}>
      <div class="stack">
        <p>${text}</p>
        <div class="row">
          <button type="button" class="danger" onClick=${agree}>${t(`${answers}.yes`)}</button>
          <button type="button" autofocus onClick=${close}>${t(`${answers}.no`)}</button>
        </div>
      </div>
    </dialog>`;
}
