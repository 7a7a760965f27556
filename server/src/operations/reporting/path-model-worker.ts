import { parentPort, workerData } from 'node:worker_threads';
import { Failure, type InvalidField } from '../../domain/failure.ts';
import { type PathModelCredit, type PathModelQuestion, pathModelCredit } from '../../domain/path-model.ts';
import type { PathTable } from '../../domain/path-table.ts';

export type ComputedAnswer =
  | { readonly credit: PathModelCredit }
  | { readonly invalidFields: readonly InvalidField[] };

const { paths, question } = workerData as { paths: PathTable; question: PathModelQuestion };

parentPort?.postMessage(answer());

function answer(): ComputedAnswer {
  try {
    return { credit: pathModelCredit(paths, question) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { invalidFields: error.invalidFields };
  }
}
