import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OutboxLag } from '../domain/event.ts';
import type { DeliveryFigures } from '../domain/webhook-delivery.ts';
import type { Store } from '../storage/store.ts';
import type { Figure } from './figure.ts';
import { type RefusedRequests, refusedRequestsFigure } from './refused-requests.ts';
import { storageFigures } from './storage-figures.ts';

/** What the figures are taken from. */
export interface MeasuredParts {
  readonly store: Pick<Store, 'statistics' | 'onCommit'>;
  readonly version: string;
  readonly telling: { readonly outboxLag: OutboxLag; readonly deliveryFigures: DeliveryFigures };
  readonly refusedRequests: RefusedRequests;
}

const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const commitSeconds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const batchWrites = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Counts and times every request of `app` by method, route and status, and shows the figures kept elsewhere. */
export function measure(
  app: FastifyInstance,
  { store, version, telling, refusedRequests }: MeasuredParts,
): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Its observer of garbage collections lives as long as the process, and must not keep the metrics of a closed app.
  app.addHook('onClose', async () => registry.clear());
  timeRequests(app, registry);
  show(registry, [refusedRequestsFigure], () => refusedRequests);
  timeCommits(registry, store);
  show(registry, storageFigures, () => store.statistics());
  show(registry, outboxFigures, () => telling.outboxLag);
  show(registry, deliveryFigureTable, () => telling.deliveryFigures);
  show(registry, [versionFigure], () => version);
  return registry;
}

const outboxFigures: readonly Figure<OutboxLag>[] = [
  {
    name: 'leadsource_outbox_waiting_organizations',
    help: 'Organizations with events that nobody may have dealt with yet.',
    values: ({ organizations }) => [[organizations]],
  },
  {
    name: 'leadsource_outbox_oldest_event_seconds',
    help: 'How long ago the first of these events was committed; 0 where there is none.',
    values: ({ oldestSeconds }) => [[oldestSeconds]],
  },
];

const deliveryFigureTable: readonly Figure<DeliveryFigures>[] = [
  {
    name: 'leadsource_webhook_attempts_total',
    help: 'Requests to webhooks by their outcome: delivered, retried later, or failed for good.',
    label: 'outcome',
    values: ({ attempts }) => Object.entries(attempts).map(([outcome, count]) => [count, outcome] as const),
  },
  {
    name: 'leadsource_webhook_due_deliveries',
    help: 'Deliveries that are due and that this process has at hand.',
    values: ({ due }) => [[due]],
  },
  {
    name: 'leadsource_webhook_oldest_due_seconds',
    help: 'How long the first of these deliveries has been due; 0 where there is none.',
    values: ({ oldestDueSeconds }) => [[oldestDueSeconds]],
  },
];

const versionFigure: Figure<string> = {
  name: 'leadsource_build_info',
  help: 'Always 1; its label is the version that runs.',
  label: 'version',
  values: (version) => [[1, version]],
};

function timeRequests(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'leadsource_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: requestSeconds,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404
      ? 'none'
      : (request.routeOptions.config.pattern ?? request.routeOptions.url ?? 'none');
    durations.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
    done();
  });
}

function timeCommits(registry: Registry, store: MeasuredParts['store']): void {
  const registers = [registry];
  const durations = new Histogram({
    name: 'leadsource_storage_commit_duration_seconds',
    help: 'Time from the beginning of a transaction to its durability.',
    buckets: commitSeconds,
    registers,
  });
  const sizes = new Histogram({
    name: 'leadsource_storage_batch_writes',
    help: 'Writes that shared a transaction.',
    buckets: batchWrites,
    registers,
  });
  store.onCommit(({ writes, seconds }) => {
    durations.observe(seconds);
    sizes.observe(writes);
  });
}

/** Leaves out figures for which `source` has no value: one that has none at the start never has. */
function show<Source>(registry: Registry, figures: readonly Figure<Source>[], source: () => Source): void {
  for (const { name, help, label, values } of figures) {
    if (values(source()).length === 0) continue;
    const labelNames = label === undefined ? [] : [label];
    const labelled = (text: string | undefined) => (label === undefined ? {} : { [label]: text ?? '' });
    const common = { name, help, labelNames, registers: [registry] };
    if (name.endsWith('_total')) {
      new Counter({
        ...common,
        collect() {
          this.reset();
          for (const [value, text] of values(source())) this.inc(labelled(text), value);
        },
      });
      continue;
    }
    new Gauge({
      ...common,
      collect() {
        for (const [value, text] of values(source())) this.set(labelled(text), value);
      },
    });
  }
}
