import { writeFile } from 'node:fs/promises';
import { generatedFiles } from './generated-files.ts';

/** `npm run generate-client`: writes what the client knows of the service's operations, from the service's own document. */
for (const { path, text } of await generatedFiles()) await writeFile(path, text);
