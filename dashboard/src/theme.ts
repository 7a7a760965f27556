import { useEffect, useState } from 'preact/hooks';
import { keep, kept } from './storage.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
const place = 'leadsource-theme';

export function keptTheme(): Theme {
  const name = kept('localStorage', place);
  return themes.find((theme) => theme === name) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  keep('localStorage', place, theme);
  applyTheme(theme);
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  dispatchEvent(new Event('themechange'));
}

/** Grows with every change between light and dark, so that what is drawn rather than styled is drawn again. */
export function useThemeChanges(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const grow = () => setCount((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', grow);
    addEventListener('themechange', grow);
    return () => {
      system.removeEventListener('change', grow);
      removeEventListener('themechange', grow);
    };
  }, []);
  return count;
}
