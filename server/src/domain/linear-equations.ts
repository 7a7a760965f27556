/**
 * The inverse of a square matrix (row by row) that needs no pivoting: its diagonal outweighs the rest of each row, at least
 * over several rows, as for a chain that always ends. Overwrites `matrix`.
 */
export function inverse(matrix: Float64Array, size: number): Float64Array {
  for (let pivot = 0; pivot < size; pivot++) {
    const pivotRow = matrix.subarray(pivot * size, (pivot + 1) * size);
    const divisor = pivotRow[pivot] ?? 1;
    pivotRow[pivot] = 1;
    for (let column = 0; column < size; column++) pivotRow[column] = (pivotRow[column] ?? 0) / divisor;
    for (let row = 0; row < size; row++) {
      if (row !== pivot) eliminate(matrix.subarray(row * size, (row + 1) * size), pivotRow, pivot);
    }
  }
  return matrix;
}

function eliminate(row: Float64Array, pivotRow: Float64Array, pivot: number): void {
  const factor = row[pivot] ?? 0;
  if (factor === 0) return;
  row[pivot] = 0;
  for (let column = 0; column < row.length; column++) {
    row[column] = (row[column] ?? 0) - factor * (pivotRow[column] ?? 0);
  }
}

/** The x for which matrix · x = right. Overwrites both. */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++) {
    bringLargestUp(matrix, right, pivot);
    const divisor = matrix[pivot * size + pivot] ?? 1;
    for (let row = pivot + 1; row < size; row++) {
      const factor = (matrix[row * size + pivot] ?? 0) / divisor;
      if (factor === 0) continue;
      for (let column = pivot; column < size; column++) {
        const above = matrix[pivot * size + column] ?? 0;
        matrix[row * size + column] = (matrix[row * size + column] ?? 0) - factor * above;
      }
      right[row] = (right[row] ?? 0) - factor * (right[pivot] ?? 0);
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    let rest = right[row] ?? 0;
    for (let column = row + 1; column < size; column++) {
      rest -= (matrix[row * size + column] ?? 0) * (right[column] ?? 0);
    }
    right[row] = rest / (matrix[row * size + row] ?? 1);
  }
  return right;
}

function bringLargestUp(matrix: Float64Array, right: Float64Array, pivot: number): void {
  const size = right.length;
  let largest = pivot;
  for (let row = pivot + 1; row < size; row++) {
    const isLarger =
      Math.abs(matrix[row * size + pivot] ?? 0) > Math.abs(matrix[largest * size + pivot] ?? 0);
    if (isLarger) largest = row;
  }
  if (largest === pivot) return;
  const row = matrix.slice(largest * size, (largest + 1) * size);
  matrix.copyWithin(largest * size, pivot * size, (pivot + 1) * size);
  matrix.set(row, pivot * size);
  [right[largest], right[pivot]] = [right[pivot] ?? 0, right[largest] ?? 0];
}
