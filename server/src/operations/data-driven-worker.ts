import { parentPort, workerData } from 'node:worker_threads';
import { type DataDrivenCredit, type DataDrivenQuestion, dataDrivenCredit } from '../domain/data-driven.ts';
import { Failure, type InvalidField } from '../domain/failure.ts';
import type { PathTable } from '../domain/path-table.ts';

export type ComputedAnswer =
  | { readonly credit: DataDrivenCredit }
  | { readonly invalidFields: readonly InvalidField[] };

const { paths, question } = workerData as { paths: PathTable; question: DataDrivenQuestion };

parentPort?.postMessage(answer());

function answer(): ComputedAnswer {
  try {
    return { credit: dataDrivenCredit(paths, question) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { invalidFields: error.invalidFields };
  }
}
