import type { View } from '../location.ts';
import { viewLink } from '../location.ts';
import { Empty } from '../parts/empty.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Attribution } from './settings/attribution.tsx';
import { CaptureTag } from './settings/capture-tag.tsx';
import { Changes } from './settings/changes.tsx';
import { Keys } from './settings/keys.tsx';
import { Landing } from './settings/landing.tsx';
import { Privacy } from './settings/privacy.tsx';
import { WebhookPage } from './settings/webhook.tsx';
import { Webhooks } from './settings/webhooks.tsx';

const parts = [
  ['tag', 'Capture tag'],
  ['attribution', 'Attribution'],
  ['landing', 'Landings'],
  ['privacy', 'Privacy'],
  ['keys', 'API keys'],
  ['webhooks', 'Webhooks'],
  ['changes', 'Changes'],
] as const;

export function Settings({ view }: { view: View }) {
  const [, part = 'tag', id] = view.path;
  return (
    <>
      <PageHead title="Settings" />
      <nav class="tabs" aria-label="Settings">
        {parts.map(([name, title]) => (
          <a key={name} href={viewLink(['settings', name])} aria-current={part === name ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {!parts.some(([name]) => name === part) && (
        <Empty title="There is no such setting.">
          The link may be old. Choose one of the settings above.
        </Empty>
      )}
      {part === 'tag' && <CaptureTag />}
      {part === 'attribution' && <Attribution />}
      {part === 'landing' && <Landing />}
      {part === 'privacy' && <Privacy />}
      {part === 'keys' && <Keys />}
      {part === 'webhooks' && (id === undefined ? <Webhooks view={view} /> : <WebhookPage id={id} />)}
      {part === 'changes' && <Changes view={view} />}
    </>
  );
}
