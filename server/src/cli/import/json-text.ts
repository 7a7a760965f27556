import { Failure } from '../../domain/failure.ts';
import { parseStrictJson } from '../../domain/strict-json.ts';

/** What a text means as JSON, or what is wrong with it, such as `is not JSON`. */
export type JsonRead = { readonly value: unknown } | { readonly fault: string };

/** Reads JSON that is nested up to `deepest` levels, by one of the parsers of `domain/strict-json.ts`. */
export function readJson(text: string, deepest: number, parse = parseStrictJson): JsonRead {
  try {
    return { value: parse(text, deepest) };
  } catch (error) {
    if (error instanceof Failure) return { fault: error.message };
    throw error;
  }
}
