/** The width of an element in CSS pixels, so that a chart draws its texts in their real size. */

import { useEffect, useRef, useSignal } from "../../shell/ui.js";

const FIRST_WIDTH = 320;

/** `[ref, width]`: give `ref` to the element; `width` follows it. */
export function useWidth() {
  const ref = useRef(null);
  const width = useSignal(FIRST_WIDTH);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.max(Math.floor(entry.contentRect.width), 1);
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, width.value];
}
