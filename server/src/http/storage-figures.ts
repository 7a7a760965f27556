import type { StoreStatistics } from '../storage/store.ts';
import type { Figure } from './figure.ts';

/** A store's statistics, under the names of their metrics. */
export const storageFigures: readonly Figure<StoreStatistics>[] = [
  {
    name: 'leadsource_storage_writes_total',
    help: 'Writes that were committed.',
    values: ({ committedWrites }) => [[committedWrites]],
  },
  {
    name: 'leadsource_storage_waiting_writes',
    help: 'Writes that wait for the next transaction.',
    values: ({ waitingWrites }) => [[waitingWrites]],
  },
  {
    name: 'leadsource_storage_oldest_wait_seconds',
    help: 'How long the oldest of the waiting writes has waited; 0 where none waits.',
    values: ({ oldestWaitSeconds }) => [[oldestWaitSeconds]],
  },
  {
    name: 'leadsource_storage_refused_writes_total',
    help: 'Writes that were turned away before they could wait.',
    label: 'reason',
    values: ({ refusedWrites }) =>
      Object.entries(refusedWrites).map(([reason, writes]) => [writes, reason] as const),
  },
  {
    name: 'leadsource_storage_transaction_retries_total',
    help: 'Transactions of writes run again, since the server undid them for the sake of others.',
    values: ({ retriedTransactions }) => [[retriedTransactions]],
  },
  {
    name: 'leadsource_storage_pool_limit_connections',
    help: 'Connections that a pool may open.',
    label: 'pool',
    values: ({ pools }) => pools.map(({ name, maximum }) => [maximum, name]),
  },
  {
    name: 'leadsource_storage_pool_busy_connections',
    help: 'Connections of a pool that are in use.',
    label: 'pool',
    values: ({ pools }) => pools.map(({ name, busy }) => [busy, name]),
  },
  {
    name: 'leadsource_storage_pool_idle_connections',
    help: 'Connections of a pool that are open and unused.',
    label: 'pool',
    values: ({ pools }) => pools.map(({ name, idle }) => [idle, name]),
  },
  {
    name: 'leadsource_storage_pool_waiting_calls',
    help: 'Calls that wait for a connection of a pool.',
    label: 'pool',
    values: ({ pools }) => pools.map(({ name, waiting }) => [waiting, name]),
  },
  {
    name: 'leadsource_storage_pool_refused_calls_total',
    help: 'Calls that were given no connection: too many waited, it took too long, or the server refused.',
    label: 'pool',
    values: ({ pools }) => pools.map(({ name, refused }) => [refused, name]),
  },
  {
    name: 'leadsource_storage_unanswered_reads',
    help: 'Long reads that wait for their thread, and the one that runs on it.',
    label: 'queue',
    values: ({ readQueues }) => readQueues.map(({ name, unanswered }) => [unanswered, name]),
  },
  {
    name: 'leadsource_storage_refused_reads_total',
    help: 'Long reads that were turned away since too many waited.',
    label: 'queue',
    values: ({ readQueues }) => readQueues.map(({ name, refused }) => [refused, name]),
  },
];
