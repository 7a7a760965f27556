import { resolve } from 'node:path';
import { build } from 'vite';
import { configuration } from './vite.config.ts';

/**
 * `npm run build-dashboard`: makes `dashboard/dist`, or the folder that is named. It is kept in the repository, so that
 * starting the service builds nothing; the same sources give the same bytes, whatever the environment says.
 */
process.env['NODE_ENV'] = 'production';
const [, , folder = configuration.build.outDir] = process.argv;
await build({
  ...configuration,
  configFile: false,
  build: { ...configuration.build, outDir: resolve(folder) },
});
