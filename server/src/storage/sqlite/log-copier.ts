import { parentPort, workerData } from 'node:worker_threads';
import { Connection } from './connection.ts';
import { isLostSync } from './errors.ts';
import type { CopierAnswer, CopierRequest } from './messages.ts';

/** The thread that copies the log into the file while another thread goes on writing to the log. */
if (parentPort === null) throw new Error('log-copier.ts runs as a worker thread.');
const port = parentPort;
const { path } = workerData as { path: string };
const connection = new Connection({ path, readOnly: false });

function copy(): CopierAnswer {
  try {
    connection.copyLog();
  } catch (error) {
    // After any other error the log is still there and will be copied another time.
    if (isLostSync(error)) return { fatal: (error as Error).message };
  }
  return { fatal: null };
}

port.on('message', (request: CopierRequest) => {
  if (request === 'copy') {
    port.postMessage(copy());
    return;
  }
  connection[Symbol.dispose]();
  port.close();
});
