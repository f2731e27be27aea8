/** Rows of links that are moved sideways by themselves on a phone: where somebody is stays in sight. */
import { useEffect, useRef } from "../shell/ui.js";

/** Give the ref to the row; `current` is where somebody is. */
export function useCurrentInSight(current) {
  const row = useRef(null);
  useEffect(() => {
    row.current.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current]);
  return row;
}
