import { ProblemError } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { adviceFor } from './advice.ts';
import { Button } from './parts/button.tsx';
import { clientOf, credentialKind } from './session.ts';

interface SignInParts {
  /** Why the reader has to sign in again. */
  readonly reason: string | null;
  readonly enter: (credential: string, forThisTab: boolean) => void;
}

export function SignIn({ reason, enter }: SignInParts) {
  const [credential, setCredential] = useState('');
  const [forThisTab, setForThisTab] = useState(true);
  const [fault, setFault] = useState<string | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setIsRunning(true);
    const found = await faultOf(credential.trim());
    setIsRunning(false);
    setFault(found);
    if (found === null) enter(credential.trim(), forThisTab);
  };
  return (
    <main class="sign-in">
      <h1>
        <img src="./icon.svg" alt="" width="32" height="32" /> leadsource
      </h1>
      <p>Where your customers came from, and what each source is worth.</p>
      {reason !== null && fault === null && (
        <p class="trouble" role="alert">
          {reason}
        </p>
      )}
      <form onSubmit={submit}>
        <label for="credential">Secret key or token</label>
        <input
          id="credential"
          type="password"
          required
          autocomplete="off"
          spellcheck={false}
          aria-describedby="credential-hint"
          aria-invalid={fault !== null}
          value={credential}
          onInput={(event) => setCredential(event.currentTarget.value)}
        />
        <p class="hint" id="credential-hint">
          A key was printed when the service first started; an operator creates others with{' '}
          <code>leadsource key create</code>.
        </p>
        {fault !== null && (
          <p class="trouble" role="alert">
            {fault}
          </p>
        )}
        <label class="choice">
          <input
            type="checkbox"
            checked={forThisTab}
            onChange={(event) => setForThisTab(event.currentTarget.checked)}
          />
          Stay signed in until this tab is closed
        </label>
        <Button type="submit" class="main" isOff={isRunning}>
          {isRunning ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}

const unknown = 'This key or token is not known, or has expired. Check that you copied all of it.';

/** Why this credential cannot be used to sign in; null if it can. */
async function faultOf(credential: string): Promise<string | null> {
  if (credentialKind(credential) === 'publishable')
    return 'That is a publishable key, which can only send visits. Use a secret key, which begins with sk_.';
  if (!/^[\x21-\x7e]+$/.test(credential)) return unknown;
  const client = clientOf(credential);
  try {
    await client.getCustomerCollection({ limit: 1 });
    return null;
  } catch (error) {
    if (!(error instanceof ProblemError)) return sentencesFor(error);
    // A reader who may not see customers may still see something else.
    if (error.status === 403) return null;
    if (error.status === 401) return unknown;
    return sentencesFor(error);
  }
}

function sentencesFor(error: unknown): string {
  const { what, todo } = adviceFor(error);
  return `${what} ${todo}`;
}
