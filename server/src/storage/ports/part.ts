/** A part of a long piece of work. */
export interface Part {
  /** Whether there may be more to do. */
  readonly isLeft: boolean;
}

/** How many rows a transaction deals with: few enough that others can write in between. */
export const rowsAtOnce = 1000;

/** Repeats a write, which does about as much as it is told at most, until nothing is left to do or it `isOver`. */
export async function inParts(
  write: (limit: number) => Promise<Part>,
  isOver: () => boolean = () => false,
): Promise<void> {
  while (!isOver() && (await write(rowsAtOnce)).isLeft) {}
}
