import type { Client, Import } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../asked.ts';
import { type AnsweredCall, saveAnswer } from '../download.ts';
import { formatCount } from '../format.ts';
import type { View } from '../location.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Pager, pageOf } from '../parts/pager.tsx';
import { Show } from '../parts/show.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { ImportForm } from './import-form.tsx';

/** Brings in a history from elsewhere, and takes everything out again. */
export function Imports({ view: { query } }: { view: View }) {
  const offset = Number(query.get('offset') ?? 0);
  const asked = useAsked(
    (client, signal) => pageOf(client.getImportCollection({ limit: 50, offset }, { signal })),
    [offset],
  );
  return (
    <>
      <PageHead
        title="Imports and exports"
        lead="Bring in a history from elsewhere as a file, and take everything out again."
      />
      <ImportForm done={asked.again} />
      <h2>Imports so far</h2>
      <Show asked={asked}>
        {(page) =>
          page.total === 0 ? (
            <Empty title="Nothing has been imported yet.">Choose a file above.</Empty>
          ) : (
            <>
              <ImportTable imports={page.items} again={asked.again} />
              <Pager page={page} />
            </>
          )
        }
      </Show>
      <h2>Exports</h2>
      <Exports />
    </>
  );
}

const states = { open: 'kept', undoing: 'being undone', undone: 'undone' };

function ImportTable({ imports, again }: { imports: readonly Import[]; again: () => void }) {
  const [undone, setUndone] = useState<Import | null>(null);
  const undo = useAction(async (client, { id }: Import) => {
    await client.deleteImport({ id });
    setUndone(null);
    again();
  });
  const columns: readonly Column<Import>[] = [
    { title: 'Import', cell: ({ id }) => <code>{id}</code> },
    { title: 'Started', cell: ({ createdTime }) => <Moment time={createdTime} /> },
    { title: 'Touches added', isNumber: true, cell: ({ addedTouches }) => formatCount(addedTouches) },
    { title: 'State', cell: ({ status }) => states[status] },
    { title: 'By', cell: ({ actor }) => <code>{actor}</code> },
    {
      title: 'Action',
      cell: (one) =>
        one.status === 'open' && (
          <button type="button" class="plain" aria-label={`Undo ${one.id}`} onClick={() => setUndone(one)}>
            Undo
          </button>
        ),
    },
  ];
  return (
    <>
      <Table caption="Imports" columns={columns} rows={imports} keyOf={({ id }) => id} />
      {undone !== null && (
        <Confirm
          title="Undo this import?"
          verb="Undo it"
          isRunning={undo.isRunning}
          confirm={() => undo.run(undone)}
          close={() => setUndone(null)}
          error={undo.error}
        >
          <p>
            Every touch that it added is removed, as if it had never been recorded. This cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}

interface Exported {
  readonly table: string;
  /** What one line of it is, and what several are. */
  readonly names: readonly [string, string];
  readonly call: (client: Client) => AnsweredCall;
}

const exported: readonly Exported[] = [
  { table: 'touches', names: ['touch', 'touches'], call: (client) => client.getTouchExport() },
  { table: 'customers', names: ['customer', 'customers'], call: (client) => client.getCustomerExport() },
  {
    table: 'conversions',
    names: ['conversion', 'conversions'],
    call: (client) => client.getConversionExport(),
  },
  { table: 'credits', names: ['credit', 'credits'], call: (client) => client.getCreditExport() },
  { table: 'spend', names: ['row of spend', 'rows of spend'], call: (client) => client.getSpendExport() },
];

/** How far an export is, or was when it ended. */
interface ExportProgress {
  readonly each: Exported;
  readonly lines: number;
}

function Exports() {
  const [progress, setProgress] = useState<ExportProgress | null>(null);
  const save = useAction((client, each: Exported) => {
    const onLines = (lines: number) => setProgress({ each, lines });
    onLines(0);
    return saveAnswer(each.call(client), `${each.table}.ndjson`, onLines);
  });
  return (
    <>
      <p>One line of JSON for each. Export millions on the command line, which keeps nothing in memory.</p>
      <div class="actions">
        {exported.map((each) => (
          <Button key={each.table} isOff={save.isRunning} onClick={() => save.run(each)}>
            {save.isRunning && progress?.each === each ? 'Exporting…' : `Export all ${each.table}`}
          </Button>
        ))}
      </div>
      <p role="status">
        {progress !== null &&
          save.error === undefined &&
          `${formatCount(progress.lines)} ${progress.each.names[progress.lines === 1 ? 0 : 1]} ${save.isRunning ? 'so far' : 'exported'}.`}
      </p>
      {save.error !== undefined && <Trouble error={save.error} />}
    </>
  );
}
