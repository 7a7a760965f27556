import type { FunctionComponent } from 'preact';
import type { View } from './location.ts';
import { Affiliates } from './pages/affiliates.tsx';
import { Attribution } from './pages/attribution.tsx';
import { Channels } from './pages/channels.tsx';
import { Customers } from './pages/customers.tsx';
import { Imports } from './pages/imports.tsx';
import { Journeys } from './pages/journeys.tsx';
import { NotFound } from './pages/not-found.tsx';
import { Overview } from './pages/overview.tsx';
import { Settings } from './pages/settings.tsx';

export interface Page {
  readonly id: string;
  readonly title: string;
  readonly show: FunctionComponent<{ view: View }>;
  /** Whether it shows periods, which end with today in the reporting zone. */
  readonly hasPeriod?: true;
}

/** The pages in the order of the navigation. The first is shown if the address names none. */
export const pages: readonly Page[] = [
  { id: 'overview', title: 'Overview', show: Overview, hasPeriod: true },
  { id: 'attribution', title: 'Attribution', show: Attribution, hasPeriod: true },
  { id: 'journeys', title: 'Journeys', show: Journeys, hasPeriod: true },
  { id: 'customers', title: 'Customers', show: Customers },
  { id: 'affiliates', title: 'Affiliates', show: Affiliates, hasPeriod: true },
  { id: 'channels', title: 'Channels', show: Channels },
  { id: 'imports', title: 'Imports and exports', show: Imports },
  { id: 'settings', title: 'Settings', show: Settings },
];

const nowhere: Page = { id: '', title: 'Not found', show: NotFound };

export function pageOf({ path }: View): Page {
  const [id] = path;
  return (id === undefined ? pages[0] : pages.find((page) => page.id === id)) ?? nowhere;
}
