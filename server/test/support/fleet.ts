import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import { type FreshDatabase, migratedDatabase } from './postgres.ts';
import { startTestServiceOn, type TestService } from './service.ts';

/** Services that share nothing but a PostgreSQL database, as processes on several machines do. */
export interface Fleet extends AsyncDisposable {
  readonly services: readonly TestService[];
  readonly database: FreshDatabase;
  /** Stands between the services and the database. */
  readonly proxy: CuttableProxy;
  /** The service of that place, counted round and round. */
  service(place: number): TestService;
}

/** Starts them all at once on an empty database, with one clock. */
export async function startFleet(
  count: number,
  settings: Readonly<Record<string, string>>,
  now: () => number,
): Promise<Fleet> {
  const database = await migratedDatabase();
  const proxy = await startCuttableProxy(database.url);
  const start = () => startTestServiceOn({ url: proxy.url, path: '' }, settings, now);
  const services = await Promise.all(Array.from({ length: count }, start));
  return {
    services,
    database,
    proxy,
    service(place) {
      const service = services[place % count];
      if (service === undefined) throw new Error('There is no service.');
      return service;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
      await proxy[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}
