import type { FunctionComponent } from 'preact';
import type { View } from './location.ts';
import { Channels } from './pages/channels.tsx';
import { Customers } from './pages/customers.tsx';
import { Imports } from './pages/imports.tsx';
import { NotFound } from './pages/not-found.tsx';
import { Settings } from './pages/settings.tsx';

export interface Page {
  readonly id: string;
  readonly title: string;
  readonly show: FunctionComponent<{ view: View }>;
}

/** The pages, in the order of the navigation. The first is shown where the address names none. */
export const pages: readonly Page[] = [
  { id: 'customers', title: 'Customers', show: Customers },
  { id: 'channels', title: 'Channels', show: Channels },
  { id: 'imports', title: 'Imports and exports', show: Imports },
  { id: 'settings', title: 'Settings', show: Settings },
];

const nowhere: Page = { id: '', title: 'Not found', show: NotFound };

export function pageOf({ path }: View): Page {
  const [id] = path;
  return (id === undefined ? pages[0] : pages.find((page) => page.id === id)) ?? nowhere;
}
