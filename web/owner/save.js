/** Saves what was made here as a file of the device. */

/**
 * @param {string} name
 * @param {...(string | Blob)} parts of the file, in order
 */
export function saveCsv(name, ...parts) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
