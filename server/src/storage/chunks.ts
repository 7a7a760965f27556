/** Rows in chunks of at most `size`, in their order. */
export function chunksOf<Row>(rows: readonly Row[], size: number): readonly (readonly Row[])[] {
  const chunks: (readonly Row[])[] = [];
  for (let start = 0; start < rows.length; start += size) chunks.push(rows.slice(start, start + size));
  return chunks;
}
