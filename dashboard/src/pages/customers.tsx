import { useEffect, useState } from 'preact/hooks';
import { useAsked } from '../asked.ts';
import { filterText } from '../filter.ts';
import { changeQuery, goTo, type View, viewLink } from '../location.ts';
import { Empty } from '../parts/empty.tsx';
import { ChoiceField, TextField } from '../parts/field.tsx';
import { briefly, type FactName, type Facts, factNames } from '../parts/lead-source.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Pager, pageOf } from '../parts/pager.tsx';
import { Show } from '../parts/show.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { CustomerPage } from './customer.tsx';

const pageSize = 50;

export function Customers({ view }: { view: View }) {
  const [, id] = view.path;
  return id === undefined ? <CustomerList view={view} /> : <CustomerPage id={id} view={view} key={id} />;
}

/** The filter by which customers are searched. */
function filterOf(query: URLSearchParams): string | undefined {
  const [field, value] = [query.get('field'), query.get('value')];
  if (!field || !value) return undefined;
  const side = query.get('side') === 'original' ? 'original' : 'leadSource';
  return `${side}.${field}:${filterText(value)}`;
}

function CustomerList({ view: { query } }: { view: View }) {
  const filter = filterOf(query);
  const offset = Number(query.get('offset') ?? 0);
  const asked = useAsked(
    async (client, signal) => {
      const asks = { filter, offset, limit: pageSize, sort: '-updatedTime', expand: 'leadSource' };
      const page = await pageOf(client.getCustomerCollection(asks, { signal }));
      return { page, isFiltered: filter !== undefined };
    },
    [filter, offset],
  );
  return (
    <>
      <PageHead title="Customers" lead="Find a customer by id, or all who came from one lead source." />
      <Finder query={query} />
      <Show asked={asked}>
        {({ page, isFiltered }) =>
          page.total === 0 ? (
            <NoCustomers isFiltered={isFiltered} />
          ) : (
            <>
              <Table caption="Customers" columns={columns} rows={page.items} keyOf={({ id }) => id} />
              <Pager page={page} />
            </>
          )
        }
      </Show>
    </>
  );
}

interface ListedCustomer {
  readonly id: string;
  readonly createdTime: string;
  readonly updatedTime: string;
  readonly _embedded?: { readonly leadSource?: unknown } | undefined;
}

type ListedLeadSource = (Facts & { readonly original: Facts }) | null | undefined;
const leadSourceOf = ({ _embedded }: ListedCustomer) => _embedded?.leadSource as ListedLeadSource;

const columns: readonly Column<ListedCustomer>[] = [
  { title: 'Customer', cell: ({ id }) => <a href={viewLink(['customers', id])}>{id}</a> },
  { title: 'Original', cell: (row) => words(leadSourceOf(row)?.original) },
  { title: 'Most recent', cell: (row) => words(leadSourceOf(row)) },
  { title: 'Changed', cell: ({ updatedTime }) => <Moment time={updatedTime} /> },
];

const words = (facts: Facts | null | undefined) =>
  facts == null ? <span class="faint">none</span> : <span class="cut">{briefly(facts)}</span>;

function Finder({ query }: { query: URLSearchParams }) {
  const [by, setBy] = useState<FactName | 'id'>('id');
  const [value, setValue] = useState('');
  const [side, setSide] = useState<'current' | 'original'>('current');
  // Follows the address whenever it changes.
  const told = ['field', 'value', 'side'].map((name) => query.get(name));
  useEffect(() => {
    const [field, text, of] = told;
    setBy((field as FactName | null | undefined) ?? 'id');
    setValue(text ?? '');
    setSide(of === 'original' ? 'original' : 'current');
  }, told);
  const find = (event: Event) => {
    event.preventDefault();
    if (by === 'id' && value !== '') goTo(viewLink(['customers', value]));
    else changeQuery({ field: by, value, side, offset: null });
  };
  return (
    <form class="filters" onSubmit={find}>
      <ChoiceField
        label="Find by"
        value={by}
        choices={[['id', 'Customer id'], ...(Object.entries(factNames) as [FactName, string][])]}
        change={setBy}
      />
      <TextField label="Exact value" value={value} change={setValue} />
      {by !== 'id' && (
        <ChoiceField
          label="In the lead source"
          value={side}
          choices={[
            ['current', 'most recent'],
            ['original', 'original'],
          ]}
          change={setSide}
        />
      )}
      <button type="submit" class="main">
        Find
      </button>
      {query.get('value') !== null && <a href={viewLink(['customers'])}>Show all</a>}
    </form>
  );
}

function NoCustomers({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="No customer came from there.">
        Values are compared exactly, including capitals and spaces. Try another, or{' '}
        <a href={viewLink(['customers'])}>show all customers</a>.
      </Empty>
    );
  return (
    <Empty title="There are no customers yet.">
      A customer appears with its first lead source.{' '}
      <a href={viewLink(['settings', 'tag'])}>Put the capture tag on your site</a>, or send one through the
      API: see <a href="./docs">its reference</a>.
    </Empty>
  );
}
