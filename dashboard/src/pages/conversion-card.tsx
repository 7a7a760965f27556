import type { Conversion } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAsked } from '../asked.ts';
import { formatMoment, formatMoney } from '../format.ts';
import { viewLink } from '../location.ts';
import { Show } from '../parts/show.tsx';
import { defaultModel, type Model } from '../report-view.ts';
import { Credits } from './conversion-credits.tsx';

interface CardParts {
  readonly conversion: Conversion;
  /** Whether its credits are shown right away. */
  readonly isOpen: boolean;
  /** By which model its credits are shown first. */
  readonly model?: Model;
  readonly namesCustomer?: boolean;
}

/** A conversion and, once opened, who is credited with it. */
export function ConversionCard({
  conversion,
  isOpen,
  model = defaultModel,
  namesCustomer = false,
}: CardParts) {
  const [wasOpened, setWasOpened] = useState(isOpen);
  const { id, customerId, occurredTime, type, amount, currency, refundedAmount, netAmount } = conversion;
  const isRefunded = /[1-9]/.test(refundedAmount);
  return (
    <div class="card conversion">
      <p class="tags">
        <strong>{formatMoney(amount, currency)}</strong>
        <span class="tag good">{type ?? 'conversion'}</span>
        {namesCustomer && <a href={viewLink(['customers', customerId])}>{customerId}</a>}
        {namesCustomer && <span class="faint">{formatMoment(occurredTime)}</span>}
        <code>{id}</code>
      </p>
      {isRefunded && (
        <p>
          {formatMoney(refundedAmount, currency)} was refunded: {formatMoney(netAmount, currency)} is left.
        </p>
      )}
      <details
        open={isOpen}
        onToggle={(event) => {
          if (event.currentTarget.open) setWasOpened(true);
        }}
      >
        <summary>Who is credited, and why</summary>
        {wasOpened && <AskedCredits conversion={conversion} model={model} />}
      </details>
    </div>
  );
}

/** Asked again with each new conversion object: what changes a touch changes the credits, too. */
function AskedCredits({ conversion, model }: { conversion: Conversion; model: Model }) {
  const { id } = conversion;
  const asked = useAsked(
    (client, signal) => client.getConversionAttribution({ id }, { signal }),
    [conversion],
  );
  return <Show asked={asked}>{(attribution) => <Credits attribution={attribution} first={model} />}</Show>;
}
