import type { ApiKey } from '@leadsource/client';
import { useEffect, useState } from 'preact/hooks';
import { type Asked, useAsked } from '../../asked.ts';
import { formatMoment, formatSecond } from '../../format.ts';
import { viewLink } from '../../location.ts';
import { TextField } from '../../parts/field.tsx';
import { Secret } from '../../parts/secret.tsx';
import { Show } from '../../parts/show.tsx';
import { serviceUrl } from '../../session.ts';

const pollMilliseconds = 1_000;
const publishableStart = 'pk_';
const notPublishable =
  'That is not a publishable key. Never put a secret key on a page: whoever visits it could read your figures.';

/** The line that a site's pages need, and whether visits arrive. */
export function CaptureTag() {
  const asked = useAsked((client, signal) => client.getApiKeyCollection({ limit: 1000 }, { signal }), []);
  const [key, setKey] = useState('');
  const given = key.trim();
  const isBegun = publishableStart.startsWith(given);
  const fault = isBegun || given.startsWith(publishableStart) ? undefined : notPublishable;
  const shown = isBegun ? `${publishableStart}…` : given.replaceAll(/\W/g, '');
  const line = `<script defer src="${serviceUrl}/capture.js" data-key="${shown}"></script>`;
  return (
    <>
      <h2>The capture tag</h2>
      <p>
        Put this line into the head of every page of your site. It tells the service where each visitor comes
        from.
      </p>
      <TextField
        label="Your publishable key"
        hint={
          <>
            It begins with pk_ and may be seen by anybody.{' '}
            <a href={viewLink(['settings', 'keys'])}>Create one</a> if there is none, or if the key was not
            kept.
          </>
        }
        fault={fault}
        value={key}
        change={setKey}
        placeholder="pk_live_…"
      />
      {fault === undefined && <Secret label="the line" text={line} />}
      <h2>Does it work?</h2>
      <Show asked={asked}>{(keys) => <LiveCheck keys={keys} asked={asked} />}</Show>
    </>
  );
}

/** Watches the publishable keys, which show when they last recorded a visit. One right after another shows a minute late. */
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
    // After each answer: to ask again gives up a question that is still under way.
    const timer = setTimeout(asked.again, pollMilliseconds);
    return () => clearTimeout(timer);
  }, [isWatching, isSeen, keys]);
  const watch = () => {
    setBefore(publishable);
    setIsWatching(true);
  };
  if (publishable.length === 0)
    return (
      <p>
        There is no publishable key yet. <a href={viewLink(['settings', 'keys'])}>Create one</a>, put the line
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
            <span class="tag good">It works</span> A visit, yours or somebody else's, was recorded at{' '}
            {formatSecond(seen.lastUsedTime ?? '')}, with the key {seen.description ?? seen.id}.
          </>
        ) : isWatching ? (
          'Waiting for a visit: open a page of your site in another tab, by its address. A visit soon after another ' +
          'shows a minute later.'
        ) : last === '' ? (
          'No visit has been recorded yet.'
        ) : (
          `The last visit was recorded at ${formatMoment(last)}.`
        )}
      </p>
      {!isWatching && (
        <button type="button" onClick={watch}>
          Watch for my visit
        </button>
      )}
      {isWatching && !isSeen && <NothingComes />}
    </div>
  );
}

/** Where a reader who waits in vain finds the reason: an ignored visit is answered with it. */
function NothingComes() {
  return (
    <>
      <p class="hint">
        Nothing comes? Look for <code>capture</code> among the requests in your browser's developer tools. If
        there is none, you have not consented to be measured. If it is blocked, the content security policy of
        your page has to allow the service under script-src and connect-src. If it is refused, the line has
        another key. If the answer has the header <code>X-Leadsource-Ignored</code>, that says why the visit
        was not recorded:
      </p>
      <dl class="facts">
        {Object.entries(ignoredBecause).map(([reason, meaning]) => (
          <div key={reason}>
            <dt>{reason}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const ignoredBecause = {
  origin: 'The key does not allow the origin of the page.',
  consent: 'It was denied, or your browser asks sites not to track it.',
  bot: 'Your browser identifies itself as a bot.',
  internal: 'You came from another page of your site. Open the page by its address.',
  duplicate: 'The same page was opened a moment ago. Wait half a minute.',
};
