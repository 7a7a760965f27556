/** A text quoted for use in a filter, whatever it contains. */
export function filterText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
