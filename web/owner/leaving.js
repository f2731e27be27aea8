/** Asks before what is typed and not saved is dropped. */
import { t } from "../shell/texts.js";
import { html, useEffect, useLayoutEffect, useRef } from "../shell/ui.js";
import { Question } from "./parts.js";
import { isUnsaved, leaving } from "./places.js";

export function Leaving() {
  const sheet = useRef(null);
  const deed = leaving.value;
  useLayoutEffect(() => {
    if (!sheet.current.open) sheet.current.showModal();
  }, [deed]);
  const leave = () => {
    if (leaving.peek() !== deed) return;
    sheet.current.close();
    leaving.value = null;
    deed();
  };
  useEffect(() => void (isUnsaved.value || leave()), [isUnsaved.value]); // it was saved meanwhile
  // A dialog says later that it is closed: somebody may have turned away again by then.
  const stay = () => {
    if (!sheet.current?.open && leaving.peek() === deed) leaving.value = null;
  };
  return html`
    <${Question} sheet=${sheet} label="leave.title" text=${t("leave.ask")} answers="leave" agree=${leave}
      onClose=${stay} />`;
}
