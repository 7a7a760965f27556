import type { ApiKey } from '@leadsource/client';
import { useEffect, useState } from 'preact/hooks';
import { type Asked, useAsked } from '../../asked.ts';
import { formatMoment } from '../../format.ts';
import { viewLink } from '../../location.ts';
import { TextField } from '../../parts/field.tsx';
import { Secret } from '../../parts/secret.tsx';
import { Show } from '../../parts/show.tsx';
import { serviceUrl } from '../../session.ts';

const pollMilliseconds = 2_000;

/** The line that a site's pages have, and whether visits arrive. */
export function CaptureTag() {
  const asked = useAsked((client, signal) => client.getApiKeyCollection({ limit: 1000 }, { signal }), []);
  const [key, setKey] = useState('');
  const given = key.trim() === '' ? 'pk_…' : key.trim();
  const line = `<script defer src="${serviceUrl}/capture.js" data-key="${given.replaceAll(/[^\w…]/g, '')}"></script>`;
  return (
    <>
      <h2>The capture tag</h2>
      <p>
        Every page of your site has this line in its head. It tells the service where each visitor comes from.
      </p>
      <TextField
        label="Your publishable key"
        hint={
          <>
            It begins with pk_ and may be seen by anybody.{' '}
            <a href={viewLink(['settings', 'keys'])}>Make one</a> where there is none, or the key was not
            kept.
          </>
        }
        value={key}
        change={setKey}
        placeholder="pk_live_…"
      />
      <Secret label="the line" text={line} />
      <h2>Does it work?</h2>
      <Show asked={asked}>{(keys) => <LiveCheck keys={keys} asked={asked} />}</Show>
    </>
  );
}

/** Publishable keys say when they were last used, exact to the minute: by a visit, since nothing else may use them. */
function LiveCheck({ keys, asked }: { keys: readonly ApiKey[]; asked: Asked<unknown> }) {
  const publishable = keys.filter(({ type }) => type === 'publishable');
  const [isWatching, setIsWatching] = useState(false);
  const [before, setBefore] = useState<readonly ApiKey[]>([]);
  const seen = publishable.find(
    ({ id, lastUsedTime }) =>
      lastUsedTime !== null && lastUsedTime !== before.find((key) => key.id === id)?.lastUsedTime,
  );
  const isSeen = isWatching && seen !== undefined;
  useEffect(() => {
    if (!isWatching || isSeen) return;
    const timer = setInterval(asked.again, pollMilliseconds);
    return () => clearInterval(timer);
  }, [isWatching, isSeen]);
  const watch = () => {
    setBefore(publishable);
    setIsWatching(true);
  };
  if (publishable.length === 0)
    return (
      <p>
        There is no publishable key yet. <a href={viewLink(['settings', 'keys'])}>Make one</a>, put the line
        on your site, then come back.
      </p>
    );
  const last =
    publishable
      .map(({ lastUsedTime }) => lastUsedTime ?? '')
      .toSorted()
      .at(-1) ?? '';
  return (
    <div class="card">
      <p role="status">
        {isSeen ? (
          <>
            <span class="tag good">It works</span> We saw your visit at{' '}
            {formatMoment(seen.lastUsedTime ?? '')}, by the key {seen.description ?? seen.id}.
          </>
        ) : isWatching ? (
          'Waiting for a visit: open a page of your site in another tab.'
        ) : last === '' ? (
          'No visit has arrived yet.'
        ) : (
          `The last visit that was noted arrived at ${formatMoment(last)}.`
        )}
      </p>
      {!isWatching && (
        <button type="button" onClick={watch}>
          Watch for my visit
        </button>
      )}
      {isWatching && !isSeen && (
        <p class="hint">
          Nothing comes? Look for blocked requests in your browser's tools: the policy of your page has to
          allow the service under script-src and connect-src, and the key has to allow your origin.
        </p>
      )}
    </div>
  );
}
