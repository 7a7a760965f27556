import { setTimeout } from 'node:timers/promises';
import { completeLeadSource, type LeadSource } from '../../src/domain/lead-source.ts';
import type { ClientAnswer, HttpClient } from '../support/http-client.ts';
import { type Ledger, numberedLeadSource, type ShownCustomer } from './ledger.ts';

/** As much of a client as the checks of faults need. */
export type Caller = Pick<HttpClient, 'send'>;

export interface Target {
  readonly customerId: string;
  readonly isOwn: boolean;
  /** Of its first write; those of the ledger where it is missing. */
  readonly firstNumber?: number;
}

/** Writes one number after the other until the connection breaks. */
export async function writeNumbers(
  client: Caller,
  ledger: Ledger,
  { customerId, isOwn, firstNumber }: Target,
  onAcknowledged: () => void = () => {},
): Promise<void> {
  for (let written = 0; ; written++) {
    const given = firstNumber === undefined ? undefined : firstNumber + written;
    const number = ledger.send(customerId, isOwn, given);
    const body = numberedLeadSource(customerId, number);
    const answer = await client.send('PUT', `/customers/${customerId}/lead-source`, body).catch(() => null);
    if (answer === null) return;
    if (answer.status !== 201) throw new Error(`A write was answered with ${answer.status}.`);
    ledger.acknowledge(customerId, number);
    onAcknowledged();
  }
}

/**
 * Asks until it is told. To be refused says nothing of what is kept: a connection to the storage that became mute is found out by
 * the first read that trusts in it, also after writes have gone on by others.
 */
async function answerTo(client: Caller, path: string): Promise<ClientAnswer> {
  for (;;) {
    const answer = await client.send('GET', path);
    if (answer.status !== 503) return answer;
    await setTimeout(100);
  }
}

/** Asks a service what it shows of a customer. */
export async function showCustomer(client: Caller, customerId: string): Promise<ShownCustomer> {
  const history = await answerTo(client, `/customers/${customerId}/lead-sources?limit=1000`);
  if (history.status === 404) return { current: null, original: null, touches: [] };
  const touches = (history.body as readonly LeadSource[]).map(completeLeadSource);
  if (Number(history.headers['pagination-total']) > touches.length)
    throw new Error('There is a second page.');
  const { body } = await answerTo(client, `/customers/${customerId}/lead-source`);
  const shown = body as LeadSource & { readonly original: LeadSource };
  return { current: completeLeadSource(shown), original: completeLeadSource(shown.original), touches };
}
