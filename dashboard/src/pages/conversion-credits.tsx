import type { ConversionAttribution } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { formatMoment, formatMoney, formatShare } from '../format.ts';
import { ChoiceField } from '../parts/field.tsx';
import { briefly } from '../parts/lead-source.tsx';
import { type Model, modelNames, models } from '../report-view.ts';

/** Who is credited with a conversion, and why, by one model at a time: at the beginning by `first`. */
export function Credits({ attribution, first }: { attribution: ConversionAttribution; first: Model }) {
  const [model, setModel] = useState<Model>(first);
  const { journey, currency, unattributed, reason } = attribution;
  if (unattributed) return <p class="faint">Nobody: the conversion is unattributed. {reason}</p>;
  return (
    <>
      <div class="filters">
        <ChoiceField
          label="Model"
          value={model}
          choices={models.map((name): [Model, string] => [name, modelNames[name]])}
          change={setModel}
        />
      </div>
      <ol class="credits">
        {journey.map(({ touchId, occurredTime, channel, credits, ...facts }) => {
          const { amount, weight, reason: why } = credits[model];
          return (
            <li key={touchId}>
              <p>
                <span class="tag">{channel}</span> <span class="wrap">{briefly(facts)}</span>{' '}
                <span class="faint">{formatMoment(occurredTime)}</span>
              </p>
              <p>
                <strong>
                  {formatMoney(amount, currency)} ({formatShare(weight)})
                </strong>{' '}
                {why}
              </p>
            </li>
          );
        })}
      </ol>
    </>
  );
}
