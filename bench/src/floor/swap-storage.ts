import { registerHooks } from 'node:module';

// Loaded before the service, this puts another module in the place of its storage. All the rest of the floor is the
// service itself, so the two cannot grow apart.
const storage = new URL('../../../server/src/storage/sqlite/store.ts', import.meta.url).href;
const withoutStorage = new URL('./memory-store.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return resolved.url === storage ? { ...resolved, url: withoutStorage } : resolved;
  },
});
