import { grouped } from '../progress.ts';
import type { RowOutcome } from './row.ts';

/** What the service says of a line that it did not store. */
interface FailedAnswer {
  readonly status: number;
  readonly detail?: string;
}

/** In a row, and at last: so often, and while other lines are stored, it is the line that is at fault. */
const failuresOfBadLine = 3;
const mostNamed = 5;
const enumeration = new Intl.ListFormat('en-GB');

/** The rows of a call that are not stored yet, by place, and what the service said of them. */
export class FailedLines {
  readonly #details = new Map<number, string | undefined>();
  /** How often in a row the service failed unexpectedly. */
  readonly #failures = new Map<number, number>();

  note(place: number, { status, detail }: FailedAnswer): void {
    this.#details.set(place, detail);
    this.#failures.set(place, status === 500 ? (this.#failures.get(place) ?? 0) + 1 : 0);
  }

  /** Whether the service failed for each of these again and again, so that no further attempt would help. */
  areBad(places: readonly number[]): boolean {
    return places.every((place) => (this.#failures.get(place) ?? 0) >= failuresOfBadLine);
  }

  refusal(place: number): RowOutcome {
    const detail = this.#details.get(place) ?? 'the service failed.';
    return { faults: [{ field: '', message: `could not be stored, though other lines were: ${detail}` }] };
  }

  /** Says of which lines of the file these are, and what was said of the last one. */
  error(places: readonly number[], firstLines: readonly number[]): Error {
    const lines = [...new Set(places.map((place) => firstLines[place] ?? 0))];
    const [named, others] = [lines.slice(0, mostNamed).map(grouped), lines.length - mostNamed];
    const told = enumeration.format(others > 0 ? [...named, `${grouped(others)} more`] : named);
    const detail = places.map((place) => this.#details.get(place)).findLast((text) => text !== undefined);
    const reason = detail === undefined ? '.' : `: ${detail}`;
    const noun = lines.length === 1 ? 'line' : 'lines';
    return new Error(`The service repeatedly failed to store ${noun} ${told}${reason}`);
  }
}
