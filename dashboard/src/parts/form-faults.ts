import { adviceFor } from '../advice.ts';

/** Something that a form asks for. */
export interface FormField {
  readonly label: string;
  /** Of a list: the lines of the form that were sent, and the blank ones between them, which were not. */
  readonly lines?: readonly string[];
}

/** What is wrong with what a form asks for, by the names of the service. */
export function formFaults<Name extends string>(fields: Readonly<Record<Name, FormField>>, error: unknown) {
  return {
    /** What belongs to the control of a field. */
    named: (name: Name) => ({ label: fields[name].label, fault: faultAt(fields, error, name) }),
    /** In the words of the form, whose lines are counted from 1; undefined for what it does not ask for. */
    nameOf: (path: string) => nameIn(fields, path),
  };
}

type FormFields = Readonly<Record<string, FormField>>;

function nameIn(fields: FormFields, path: string): string | undefined {
  const place = placeOf(fields, path);
  if (place === undefined) return undefined;
  return place.line === null ? place.label : `${place.label}, line ${place.line}`;
}

const mostAtField = 3;

function faultAt(fields: FormFields, error: unknown, name: string): string | undefined {
  if (error === undefined) return undefined;
  const sentences = adviceFor(error).fields.flatMap(({ field, message }) => {
    const place = placeOf(fields, field);
    if (place?.name !== name) return [];
    return [`${place.line === null ? 'It' : `Line ${place.line}`} ${message}.`];
  });
  return sentences.length === 0 ? undefined : sentences.slice(0, mostAtField).join(' ');
}

interface Place {
  readonly name: string;
  readonly label: string;
  readonly line: number | null;
}

function placeOf(fields: FormFields, path: string): Place | undefined {
  const [, list = '', item = ''] = /^(.+)\.(\d+)$/.exec(path) ?? [];
  for (const [name, { label, lines }] of Object.entries(fields)) {
    if (name === path) return { name, label, line: null };
    if (name === list && lines !== undefined) return { name, label, line: lineOf(lines, Number(item)) };
  }
  return undefined;
}

/** The lines that are sent. */
export const filled = (lines: readonly string[]) => lines.filter((line) => line !== '');

/** In which line of the form an item is that was sent. */
function lineOf(lines: readonly string[], item: number): number {
  const numbers = lines.flatMap((line, place) => (line === '' ? [] : [place + 1]));
  return numbers[item] ?? item + 1;
}
