import type { Fields } from './fields.ts';
import { attempt } from './page.ts';

/** Sets each `<input data-leadsource="…">` of the page to the value of its field, or to nothing if that is unset. */
export function fillForms(fields: Fields): void {
  attempt(() => {
    for (const input of document.querySelectorAll<HTMLInputElement>('input[data-leadsource]')) {
      input.value = fields[input.dataset['leadsource'] as string] || '';
    }
  });
}
