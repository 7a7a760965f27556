import { Failure } from '../../domain/failure.ts';
import type { CreditsInForce } from '../../storage/store.ts';
import type { OperationContext } from '../context.ts';

/** How often a report is begun, since it starts over when other credits come into force. */
const maximumAttempts = 3;

/** Reads by the credits in force, again if others came into force meanwhile. Fails with `unavailable` if that keeps happening. */
export async function withSteadyCredits<Answer>(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  body: (inForce: CreditsInForce) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    const inForce = await read.creditsInForce(organizationId);
    const answer = await body(inForce);
    const { settingsVersion } = await read.creditsInForce(organizationId);
    if (settingsVersion === inForce.settingsVersion) return answer;
  }
  throw new Failure('unavailable', 'The attribution settings keep changing.');
}
