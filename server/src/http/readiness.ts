import { Failure } from '../domain/failure.ts';

export interface ReadinessLimits {
  /** How long the storage may take before it counts as not answering. */
  readonly patienceMilliseconds: number;
  /** How long an answer is reused, however many ask. */
  readonly freshMilliseconds: number;
}

const usualLimits: ReadinessLimits = { patienceMilliseconds: 2_000, freshMilliseconds: 1_000 };

/**
 * Succeeds if a probe does, and fails as it fails, or with `unavailable` if it takes too long. However often this is asked, one
 * probe is under way at a time, and its outcome serves everybody who asks until shortly after.
 */
export function createReadiness(
  probe: () => Promise<void>,
  { patienceMilliseconds, freshMilliseconds }: ReadinessLimits = usualLimits,
): () => Promise<void> {
  let latest: Promise<void> | null = null;
  const ask = (): Promise<void> => {
    const answer = probe();
    const forget = () => {
      latest = null;
    };
    // Not before the probe itself has ended, so that a stalled storage is not asked more and more often.
    const forgetSoon = () => void setTimeout(forget, freshMilliseconds).unref();
    answer.then(forgetSoon, forgetSoon);
    return within(answer, patienceMilliseconds);
  };
  return () => {
    latest ??= ask();
    return latest;
  };
}

async function within(answer: Promise<void>, milliseconds: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    late.reject(new Failure('unavailable', 'The storage does not answer.'));
  }, milliseconds);
  try {
    await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
