import { useEffect, useRef, useState } from 'preact/hooks';
import { useReader } from './asked.ts';
import { useView, viewLink } from './location.ts';
import { pageOf, pages } from './pages.ts';
import { chooseTheme, keptTheme, themes } from './theme.ts';

/** What surrounds every page: the way to the others, and out. */
export function Shell() {
  const view = useView();
  const page = pageOf(view);
  const main = useRef<HTMLElement>(null);
  const place = view.path.join('/');
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${page.title} – leadsource`;
    // Whoever does not see the page change is told by where they are now.
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
        <page.show view={view} />
      </main>
    </>
  );
}

function Navigation({ current }: { current: string }) {
  const { leave } = useReader();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <header class="side">
      <div class="brand">
        <img src="./icon.svg" alt="" width="28" height="28" />
        <span>leadsource</span>
        <button
          type="button"
          class="menu"
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
          <button type="button" class="plain" onClick={() => leave(null)}>
            Sign out
          </button>
        </div>
      </nav>
    </header>
  );
}
