/** Asks before what is typed and not saved is dropped. */
import { t } from "../shell/texts.js";
import { html, useEffect, useRef } from "../shell/ui.js";
import { Question } from "./parts.js";
import { isUnsaved, leaving } from "./places.js";

export function Leaving() {
  const sheet = useRef(null);
  const stay = () => (leaving.value = null);
  const leave = () => {
    const deed = leaving.peek();
    sheet.current.close();
    stay();
    deed?.();
  };
  useEffect(() => sheet.current.showModal(), []);
  useEffect(() => void (isUnsaved.value || leave()), [isUnsaved.value]); // it was saved meanwhile
  return html`
    <${Question} sheet=${sheet} label="leave.title" text=${t("leave.ask")} answers="leave" agree=${leave}
      onClose=${stay} />`;
}
