import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatShare } from '../format.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { type ImportProgress, isOtherFormat } from './import-file.ts';
import { useImportUnderWay } from './import-under-way.tsx';

const mostShown = 20;

/** Sends the lines of a file, and lists those that were refused, with reasons. */
export function ImportForm({ done }: { done: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const { progress, error, isRunning, run, leave } = useImportUnderWay();
  const wasRunning = useRef(false);
  useEffect(() => {
    if (wasRunning.current && !isRunning) done();
    wasRunning.current = isRunning;
  }, [isRunning]);
  useEffect(() => leave, []);
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        if (file !== null) void run(file);
      }}
    >
      <Field
        label="A file of touches"
        hint={
          <>
            One line of JSON for each, such as{' '}
            <code>
              {'{"customerId": "cus_1", "occurredTime": "2025-03-01T12:00:00Z", "source": "newsletter"}'}
            </code>
            . If each line has an <code>id</code>, sending the file again adds nothing twice. A CSV and longer
            histories are imported on the command line, with <code>leadsource import</code>.
          </>
        }
      >
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".ndjson,.jsonl,.json"
            required
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
          />
        )}
      </Field>
      <Button type="submit" class="main" isOff={isRunning}>
        {isRunning ? 'Importing…' : 'Import'}
      </Button>
      {progress !== null && <Progress progress={progress} isRunning={isRunning} />}
      {isRunning && (
        <p class="hint">It goes on while you look at other pages, but not if you close this one.</p>
      )}
      {error !== undefined && (
        <>
          <Trouble error={error} />
          <p>
            More may have been imported than is shown. Unless each line has an <code>id</code>, undo this
            import before you send the file again.
          </p>
        </>
      )}
    </form>
  );
}

function Progress({ progress, isRunning }: { progress: ImportProgress; isRunning: boolean }) {
  const { share, taken, known, refused, refusals } = progress;
  return (
    <div class="moves" role="status">
      <progress value={share} max={1} aria-label="Part of the file that was read" /> {formatShare(share)}
      <p>
        <strong>
          {formatCount(taken)} {taken === 1 ? 'touch' : 'touches'} {isRunning ? 'so far' : 'imported'}
        </strong>
        {known > 0 && `, ${formatCount(known)} already there`}
        {refused > 0 && `, ${formatCount(refused)} ${refused === 1 ? 'line' : 'lines'} rejected`}.
      </p>
      {isOtherFormat(progress) && (
        <p>
          This takes lines of JSON. A CSV is imported on the command line, with <code>leadsource import</code>
          .
        </p>
      )}
      {refusals.length > 0 && (
        <ul>
          {refusals.slice(0, mostShown).map(({ line, reason }) => (
            <li key={line}>
              Line {formatCount(line)}: {reason}
            </li>
          ))}
        </ul>
      )}
      {refused > mostShown && <p class="hint">The first {mostShown} are shown.</p>}
    </div>
  );
}
