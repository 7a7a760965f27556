import type { ComponentChildren } from 'preact';
import { changeQuery } from '../location.ts';
import {
  isDay,
  latestDays,
  type Model,
  modelNames,
  modelOf,
  models,
  periodOf,
  presets,
} from '../report-view.ts';
import { ChoiceField, DayField } from './field.tsx';

interface FiltersParts {
  readonly query: URLSearchParams;
  /** The currencies to choose from; there is no choice if there is only one. */
  readonly currencies: readonly string[] | undefined;
  readonly currency: string | null | undefined;
  readonly children?: ComponentChildren;
}

/** The period and the currency of a report and, as children, whatever else it can be asked for. */
export function ReportFilters({ query, currencies = [], currency, children }: FiltersParts) {
  const period = periodOf(query);
  const chosen = Object.keys(presets).find((days) => {
    const latest = latestDays(Number(days));
    return latest.from === period.from && latest.to === period.to;
  });
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <ChoiceField
        label="Period"
        value={chosen ?? 'own'}
        choices={[...Object.entries(presets), ...(chosen === undefined ? [['own', 'Custom'] as const] : [])]}
        change={(days, editing) => changeQuery({ ...latestDays(Number(days)) }, editing)}
      />
      <DayField
        label="From"
        value={period.from}
        change={(from, editing) => isDay(from) && changeQuery({ from }, editing)}
      />
      <DayField
        label="To"
        value={period.to}
        change={(to, editing) => isDay(to) && changeQuery({ to }, editing)}
      />
      {children}
      {currencies.length > 1 && (
        <ChoiceField
          label="Currency"
          value={currency ?? ''}
          choices={currencies.map((name) => [name, name] as const)}
          change={(name, editing) => changeQuery({ currency: name }, editing)}
        />
      )}
    </form>
  );
}

export function ModelChoice({ query, unsaid }: { query: URLSearchParams; unsaid?: Model | undefined }) {
  return (
    <ChoiceField
      label="Model"
      value={modelOf(query, unsaid)}
      choices={models.map((model): [Model, string] => [model, modelNames[model]])}
      change={(model, editing) => changeQuery({ model }, editing)}
    />
  );
}

/** States whose days a report shows: those of the organization's time zone, whatever the reader's. */
export function ReportingZone({ timezone }: { timezone: string }) {
  return (
    <p class="faint">
      Days and months are those of {timezone}. Amounts in different currencies are never added up.
    </p>
  );
}
