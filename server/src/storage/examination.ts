/** What was found about one subject. */
export interface Finding {
  readonly subject: string;
  /** `wrong` will cause harm; `doubtful` may. */
  readonly verdict: 'well' | 'doubtful' | 'wrong';
  /** States the finding and, where it is bad, what to do. */
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
