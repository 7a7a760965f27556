import { registerHooks } from 'node:module';

// Loaded before the service, this puts another module in the place of its storage on PostgreSQL; that module alone gets
// the real one.
const storage = new URL('../../../server/src/storage/postgres/store.ts', import.meta.url).href;
const plainStorage = new URL('./store.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isSwapped = resolved.url === storage && context.parentURL !== plainStorage;
    return isSwapped ? { ...resolved, url: plainStorage } : resolved;
  },
});
