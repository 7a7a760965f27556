/**
 * The known name that a misspelt one probably means; null if none is similar. The prefix that most names share is ignored, so
 * that adding or forgetting it costs nothing.
 */
export function nearestName(name: string, known: readonly string[], prefix: string): string | null {
  const written = withoutPrefix(name, prefix).slice(0, longestName);
  const tolerated = Math.max(2, Math.floor(written.length / 3));
  const [nearest] = known
    .map((candidate) => ({ candidate, edits: editsBetween(written, withoutPrefix(candidate, prefix)) }))
    .filter(({ edits }) => edits <= tolerated)
    .toSorted((one, other) => one.edits - other.edits);
  return nearest?.candidate ?? null;
}

const longestName = 64;

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** How many characters must be added, removed or replaced to turn one text into the other (Levenshtein distance). */
function editsBetween(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, length) => length);
  for (const [row, character] of Array.from(one).entries()) {
    const current = [row + 1];
    for (const [column, counterpart] of Array.from(other).entries()) {
      const replaced = (previous[column] ?? 0) + (character === counterpart ? 0 : 1);
      const added = (current[column] ?? 0) + 1;
      const removed = (previous[column + 1] ?? 0) + 1;
      current.push(Math.min(replaced, added, removed));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
