import type { ChannelMoves } from '@leadsource/client';
import { formatCount, formatMoment } from '../format.ts';
import { briefly } from '../parts/lead-source.tsx';
import { type Column, Table } from '../parts/table.tsx';

type Move = ChannelMoves['moves'][number];

const columns: readonly Column<Move>[] = [
  { title: 'From', cell: ({ from }) => <span class="tag">{from}</span> },
  { title: 'To', cell: ({ to }) => <span class="tag">{to}</span> },
  { title: 'Touches', isNumber: true, cell: ({ touches }) => formatCount(touches) },
  { title: 'Examples', cell: ({ examples }) => examples.slice(0, 3).map(example).join(', ') },
];

const example = (facts: Move['examples'][number]) =>
  `${briefly(facts)}${facts.referrerHost === null ? '' : ` from ${facts.referrerHost}`} (${formatCount(facts.touches)})`;

/** What the tried rules would change. */
export function Moves({ moves: { touches, unchanged, periodStart, moves } }: { moves: ChannelMoves }) {
  const moving = touches - unchanged;
  return (
    <div class="moves" role="status">
      <p>
        <strong>
          {moving === 0
            ? 'No touch would move.'
            : `${formatCount(moving)} of ${formatCount(touches)} touches would move.`}
        </strong>{' '}
        Counted since {formatMoment(periodStart)}.
      </p>
      {moves.length > 0 && (
        <Table
          caption="Touches that would move"
          columns={columns}
          rows={moves}
          keyOf={({ from, to }) => JSON.stringify([from, to])}
        />
      )}
    </div>
  );
}
