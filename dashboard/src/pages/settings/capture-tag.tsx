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

/** The line that a site's pages need, and whether visits arrive. */
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
            <span class="tag good">It works</span> We saw your visit, or somebody else's: it was recorded at{' '}
            {formatSecond(seen.lastUsedTime ?? '')}, by the key {seen.description ?? seen.id}.
          </>
        ) : isWatching ? (
          'Waiting for a visit that is recorded: open a page of your site in another tab, by its address. Right after ' +
          'another visit it shows a minute later.'
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
        Nothing comes? Look for <code>capture</code> among the requests in your browser's tools. Where there
        is none, you have not consented to be measured. Where it is blocked, the policy of your page has to
        allow the service under script-src and connect-src. Where it is refused, the line has another key.
        Where it is answered with the header <code>X-Leadsource-Ignored</code>, that says why the visit was
        not recorded:
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
  consent: 'It was denied, or your browser asks sites not to measure it.',
  bot: 'Your browser calls itself a robot.',
  internal: 'You came from another page of your own. Open it by its address.',
  duplicate: 'The same page was opened a moment ago. Wait half a minute.',
};
