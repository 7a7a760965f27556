/** What was found of one thing. */
export interface Finding {
  readonly subject: string;
  /** `wrong` will hurt; `doubtful` may. */
  readonly verdict: 'well' | 'doubtful' | 'wrong';
  /** What is so, and what to do where it should not be. */
  readonly sentence: string;
}

export function well(subject: string, sentence: string): Finding {
  return { subject, verdict: 'well', sentence };
}

export function doubtful(subject: string, sentence: string): Finding {
  return { subject, verdict: 'doubtful', sentence };
}

export function wrong(subject: string, sentence: string): Finding {
  return { subject, verdict: 'wrong', sentence };
}
