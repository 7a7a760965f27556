import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';

export interface MountedRoute {
  readonly method: string;
  readonly url: string;
}

/** Every route that `app`s made while `work` runs have mounted, as the framework itself tells. */
export async function collectRoutes<Result>(
  work: () => Promise<Result>,
): Promise<{ routes: readonly MountedRoute[]; result: Result }> {
  const routes: MountedRoute[] = [];
  const onInstance = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) routes.push({ method: name, url });
    });
  };
  subscribe('fastify.initialization', onInstance);
  try {
    return { result: await work(), routes };
  } finally {
    unsubscribe('fastify.initialization', onInstance);
  }
}
