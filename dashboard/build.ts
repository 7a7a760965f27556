import { build } from 'vite';
import { configuration } from './vite.config.ts';

/** `npm run build-dashboard`: makes `dashboard/dist`, which is kept in the repository, so that the service starts without a build. */
await build({ ...configuration, configFile: false });
