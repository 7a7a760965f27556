import { join } from 'node:path';
import { buildPackage } from './package.ts';

/** `npm run build-client`: makes `client/dist`, which is what `npm publish client/dist` publishes. */
await buildPackage(join(import.meta.dirname, '../dist'));
