import type { FunctionComponent } from 'preact';
import type { View } from './location.ts';

export type PageComponent = FunctionComponent<{ view: View }>;

export interface Page {
  readonly id: string;
  readonly title: string;
  /** Fetched when it is first gone to. */
  readonly load: () => Promise<PageComponent>;
}

/** The pages, in the order of the navigation. The first is shown where the address names none. */
export const pages: readonly Page[] = [
  {
    id: 'customers',
    title: 'Customers',
    load: async () => (await import('./pages/customers.tsx')).Customers,
  },
  { id: 'channels', title: 'Channels', load: async () => (await import('./pages/channels.tsx')).Channels },
  { id: 'settings', title: 'Settings', load: async () => (await import('./pages/settings.tsx')).Settings },
];

const nowhere: Page = {
  id: '',
  title: 'Not found',
  load: async () => (await import('./pages/not-found.tsx')).NotFound,
};

export function pageOf({ path }: View): Page {
  const [id] = path;
  return (id === undefined ? pages[0] : pages.find((page) => page.id === id)) ?? nowhere;
}
