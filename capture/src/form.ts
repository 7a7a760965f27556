import type { Fields } from './fields.ts';
import { attempt } from './page.ts';

/** Writes into each `<input data-leadsource="…">` of the page what its field says; nothing where it says nothing. */
export function fillForms(fields: Fields): void {
  attempt(() => {
    for (const input of document.querySelectorAll<HTMLInputElement>('input[data-leadsource]')) {
      input.value = fields[input.dataset['leadsource'] as string] || '';
    }
  });
}
