/** The suppliers, for lists and forms that name one. */
import { useEffect, useSignal } from "../shell/ui.js";
import { answerIfAny } from "./asking.js";

/** All suppliers by name, `{id, name}`; none until they are read, or where they cannot be. */
export function useSuppliers() {
  const found = useSignal([]);
  useEffect(() => {
    const read = answerIfAny("/api/suppliers/", { ordering: "name", limit: 1000 });
    read.then((answer) => answer && (found.value = answer.body));
  }, []);
  return found.value;
}
