/** A text as filters take it, whatever it is made of. */
export function filterText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
