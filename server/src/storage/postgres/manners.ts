import { plansByKey, plansForValues } from './planning.ts';

/** How a transaction begins and how its statements are planned. */
export interface Manner {
  readonly begin: string;
  readonly plans: string;
}

export interface Manners {
  readonly lookingUp: Manner;
  readonly listing: Manner;
  readonly writing: Manner;
}

const snapshot = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

export function mannersOf(isDistributed: boolean): Manners {
  const plans = plansByKey(isDistributed);
  return {
    lookingUp: { begin: snapshot, plans },
    listing: { begin: snapshot, plans: plansForValues },
    writing: { begin: 'BEGIN ISOLATION LEVEL READ COMMITTED', plans },
  };
}
