import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { ExportKind } from '../../domain/export.ts';
import type { ExportRow } from './cells.ts';

/** Where rows of one form go. */
export interface Sink {
  add(row: ExportRow): void;
  /** Writes what is left; to be called once, after the last row. */
  end(): void;
}

/** Makes a sink of this form for a table. */
export type SinkMaker = (kind: ExportKind, write: (text: string) => void) => Sink;

const charactersAtOnce = 256 * 1024;

/** Gathers text, and passes it on in large pieces. */
export function gathering(write: (text: string) => void): { add(text: string): void; end(): void } {
  let texts: string[] = [];
  let characters = 0;
  const end = (): void => {
    if (texts.length > 0) write(texts.join(''));
    texts = [];
    characters = 0;
  };
  return {
    add(text) {
      texts.push(text);
      characters += text.length;
      if (characters >= charactersAtOnce) end();
    },
    end,
  };
}

/** A file that is written from its beginning, and that only its owner can read. */
export function fileFor(path: string): { write(text: string): void } & Disposable {
  const file = openSync(path, 'w', 0o600);
  return {
    // All of it, where a disk that is nearly full takes a part: a table that lacks its end is none.
    write: (text) => writeFileSync(file, text),
    [Symbol.dispose]: () => closeSync(file),
  };
}
