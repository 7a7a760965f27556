import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../domain/failure.ts';
import type { ComputePathModel } from '../path-model.ts';
import type { ComputedAnswer } from './path-model-worker.ts';

/**
 * Computes on a thread of its own, which lasts until the result or `ending`, so that no request waits for it. Fails with
 * `invalid`, and with an `AbortError` where it was ended.
 */
export const computeOnThread: ComputePathModel = async (paths, question, ending) => {
  const worker = new Worker(new URL('./path-model-worker.ts', import.meta.url), {
    workerData: { paths, question },
  });
  try {
    const [answer] = (await once(worker, 'message', { signal: ending })) as [ComputedAnswer];
    if ('credit' in answer) return answer.credit;
    throw new Failure('invalid', 'The request has invalid fields.', answer.invalidFields);
  } finally {
    await worker.terminate();
  }
};
