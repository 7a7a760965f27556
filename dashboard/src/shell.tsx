import type { Client } from '@leadsource/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAsked, useReader } from './asked.ts';
import { formatShare } from './format.ts';
import { useView, viewLink } from './location.ts';
import { useImportUnderWay } from './pages/import-under-way.tsx';
import { pageOf, pages } from './pages.ts';
import { Loading } from './parts/loading.tsx';
import { reportIn } from './report-view.ts';
import { chooseTheme, keptTheme, themes } from './theme.ts';

/** What surrounds every page: the navigation, and the way out. */
export function Shell() {
  const view = useView();
  const page = pageOf(view);
  const main = useRef<HTMLElement>(null);
  const place = view.path.join('/');
  const isFirst = useRef(true);
  const isZoneKnown = useReportingZone(page.hasPeriod === true, place);
  useEffect(() => {
    document.title = `${page.title} – leadsource`;
    // Moves the focus, so that readers who cannot see the page change learn where they are.
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [place]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Navigation current={page.id} />
      <main id="content" ref={main} tabIndex={-1} key={place}>
        {page.hasPeriod && !isZoneKnown ? <Loading /> : <page.show view={view} />}
      </main>
    </>
  );
}

/**
 * Learns the reporting zone once it is needed, and again with each page, since it may change. Returns whether it is known, or
 * cannot be.
 */
function useReportingZone(isNeeded: boolean, place: string): boolean {
  const wasNeeded = useRef(false);
  wasNeeded.current ||= isNeeded;
  const isAsked = wasNeeded.current;
  const zone = useAsked(
    async (client, signal) => (isAsked ? reportingZone(client, signal) : undefined),
    [isAsked && place],
  );
  // If it cannot be read this time, the last known zone stays.
  const known = useRef<string>(undefined);
  known.current = zone.value ?? known.current;
  reportIn(known.current);
  return known.current !== undefined || zone.error !== undefined;
}

/** Every report states it. This one has nothing to add up, whatever the currency, and is not waited for long. */
async function reportingZone(client: Client, signal: AbortSignal): Promise<string> {
  const nothing = { periodStart: '1970-01-01', periodEnd: '1970-01-02', currency: 'EUR', models: 'last' };
  const options = { signal, timeoutMilliseconds: 2_000, retries: 0 };
  return (await client.getAttributionReport(nothing, options)).timezone;
}

function Navigation({ current }: { current: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const close = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      setIsOpen(false);
      opener.current?.focus();
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [isOpen]);
  return (
    <header class="side">
      <div class="brand">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span>leadsource</span>
        <button
          type="button"
          class="menu"
          ref={opener}
          aria-expanded={isOpen}
          aria-controls="menu"
          onClick={() => setIsOpen(!isOpen)}
        >
          Menu
        </button>
      </div>
      <nav id="menu" aria-label="Pages" class={isOpen ? 'open' : ''}>
        <ul>
          {pages.map(({ id, title }) => (
            <li key={id}>
              <a
                href={viewLink([id])}
                aria-current={id === current ? 'page' : undefined}
                onClick={() => setIsOpen(false)}
              >
                {title}
              </a>
              {id === 'imports' && <Importing />}
            </li>
          ))}
        </ul>
        <div class="foot">
          <label>
            Colours
            <select onChange={(event) => chooseTheme(themes[event.currentTarget.selectedIndex] ?? 'system')}>
              {themes.map((theme) => (
                <option key={theme} selected={theme === keptTheme()}>
                  {theme}
                </option>
              ))}
            </select>
          </label>
          <a href="./docs">API</a>
          <SignOut />
        </div>
      </nav>
    </header>
  );
}

/** How far an import is, wherever its reader looks meanwhile. */
function Importing() {
  const { isRunning, progress } = useImportUnderWay();
  return isRunning ? <p class="importing">importing, {formatShare(progress?.share ?? 0)}</p> : null;
}

function SignOut() {
  const { leave } = useReader();
  const { isRunning } = useImportUnderWay();
  return (
    <button type="button" class="plain" onClick={() => leave(isRunning ? brokenOff : null)}>
      Sign out
    </button>
  );
}

const brokenOff =
  'An import had not come to its end. What was sent is kept, and can be undone under Imports and exports.';
