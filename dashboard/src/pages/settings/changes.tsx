import type { SettingChange } from '@leadsource/client';
import { useAsked } from '../../asked.ts';
import { type View, viewLink } from '../../location.ts';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Pager, pageOf } from '../../parts/pager.tsx';
import { Show } from '../../parts/show.tsx';
import { type Column, Table } from '../../parts/table.tsx';

const columns: readonly Column<SettingChange>[] = [
  { title: 'When', cell: ({ occurredTime }) => <Moment time={occurredTime} /> },
  { title: 'What', cell: ({ action }) => action.replaceAll('-', ' ') },
  { title: 'Which', cell: ({ subject }) => <code>{subject}</code> },
  { title: 'By', cell: ({ actor }) => <code>{actor}</code> },
];

/** Who changed which key or setting. */
export function Changes({ view: { query } }: { view: View }) {
  const offset = Number(query.get('offset') ?? 0);
  const asked = useAsked(
    (client, signal) => pageOf(client.getSettingChangeCollection({ limit: 50, offset }, { signal })),
    [offset],
  );
  return (
    <>
      <h2>Who changed what</h2>
      <Show asked={asked}>
        {(page) =>
          page.total === 0 ? (
            <Empty title="Nothing has been changed yet.">
              <a href={viewLink(['settings', 'keys'])}>Create a key</a>, add a webhook or change a setting:
              who did what, and when, is then shown here.
            </Empty>
          ) : (
            <>
              <Table
                caption="Changes"
                columns={columns}
                rows={page.items}
                keyOf={({ occurredTime, action, subject }) => occurredTime + action + subject}
              />
              <Pager page={page} />
            </>
          )
        }
      </Show>
    </>
  );
}
