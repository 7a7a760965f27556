import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../storage/store.ts';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Counts and times every request of `app` by method, route and status, and shows the storage's own figures. */
export function measure(app: FastifyInstance, store: Pick<Store, 'statistics'>): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'leadsource_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets,
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404
      ? 'none'
      : (request.routeOptions.config.pattern ?? request.routeOptions.url ?? 'none');
    durations.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
    done();
  });
  showStore(registry, store);
  return registry;
}

function showStore(registry: Registry, store: Pick<Store, 'statistics'>): void {
  const registers = [registry];
  new Gauge({
    name: 'leadsource_storage_waiting_writes',
    help: 'Writes that wait for the next transaction.',
    registers,
    collect() {
      this.set(store.statistics().waitingWrites);
    },
  });
  const totals = {
    committedWrites: ['leadsource_storage_writes_total', 'Writes that were committed.'],
    commits: [
      'leadsource_storage_commits_total',
      'Transactions, each of which acknowledged one or more writes.',
    ],
    commitSeconds: ['leadsource_storage_commit_seconds_total', 'Time spent in them.'],
  } as const;
  for (const [statistic, [name, help]] of Object.entries(totals)) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(store.statistics()[statistic as keyof typeof totals]);
      },
    });
  }
}
