import type { Client } from '@leadsource/client';
import { useAction } from '../asked.ts';
import { type AnsweredCall, saveAnswer } from '../download.ts';
import { Button } from './button.tsx';
import { Trouble } from './trouble.tsx';

interface DownloadParts {
  readonly name: string;
  /** Null until it is known what to ask for. */
  readonly ask: ((client: Client, options: { headers: { accept: string } }) => AnsweredCall) | null;
}

/** Lets the reader save a report as a table for other programs. */
export function DownloadButton({ name, ask }: DownloadParts) {
  const download = useAction(async (client) => {
    if (ask !== null) await saveAnswer(ask(client, { headers: { accept: 'text/csv' } }), name);
  });
  return (
    <>
      <Button isOff={download.isRunning || ask === null} onClick={() => download.run()}>
        Download as CSV
      </Button>
      {download.error !== undefined && <Trouble error={download.error} />}
    </>
  );
}
