import type { ComponentChildren } from 'preact';

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note?: ComponentChildren;
}

/** The few numbers that matter most. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl class="cards">
      {figures.map(({ name, value, note }) => (
        <div class="card figure" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note !== undefined && <dd class="note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
