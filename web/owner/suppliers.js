/** The suppliers, for lists and forms that name one. */
import { ApiError, NoNetwork, call } from "../shell/api.js";
import { useEffect, useSignal } from "../shell/ui.js";

/** All suppliers by name, `{id, name}`; none until they are read, or where they cannot be. */
export function useSuppliers() {
  const found = useSignal([]);
  useEffect(() => {
    let isWanted = true;
    const read = async () => {
      const { body } = await call("GET", "/api/suppliers/", { query: { ordering: "name", limit: 1000 } });
      if (isWanted) found.value = body;
    };
    read().catch((error) => {
      if (!(error instanceof ApiError || error instanceof NoNetwork)) throw error;
      console.info("the suppliers could not be asked for:", error.message); // lists are shown all the same
    });
    return () => {
      isWanted = false;
    };
  }, []);
  return found.value;
}
