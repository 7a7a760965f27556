/** Spreadsheets take text that begins like this for a formula, and run it. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;
const leadingApostrophes = /^'+/;

/** Whether a spreadsheet would take the text for a formula. */
export function isFormula(text: string): boolean {
  return formula.test(text);
}

/** The text as a cell of a table that people read, and nobody reads back. */
export function harmlessText(text: string): string {
  return isFormula(text) ? `'${text}` : text;
}

/**
 * The text as a cell of a table, which no spreadsheet runs: before what looks like a formula there is one apostrophe more than
 * in the text, so that `unguardedText` gives back every text.
 */
export function guardedText(text: string): string {
  return formula.test(text.replace(leadingApostrophes, '')) ? `'${text}` : text;
}

export function unguardedText(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.replace(leadingApostrophes, '')) ? cell.slice(1) : cell;
}
