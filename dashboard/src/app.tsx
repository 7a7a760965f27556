import { useMemo, useRef, useState } from 'preact/hooks';
import { ReaderContext } from './asked.ts';
import { ImportingWithin } from './pages/import-under-way.tsx';
import { clientOf, forgetCredential, keepCredential, keptCredential } from './session.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';

/** The page: readers without a credential sign in first, and then see what the address names. */
export function App() {
  const [credential, setCredential] = useState(keptCredential);
  const [reason, setReason] = useState<string | null>(null);
  const current = useRef(credential);
  current.current = credential;
  const reader = useMemo(() => {
    if (credential === null) return null;
    const leave = (why: string | null) => {
      // What was begun with a credential may be refused when another one is in use.
      if (current.current !== credential) return;
      forgetCredential();
      setReason(why);
      setCredential(null);
    };
    return { client: clientOf(credential), leave };
  }, [credential]);
  if (reader === null) {
    const enter = (given: string, forThisTab: boolean) => {
      keepCredential(given, forThisTab);
      setCredential(given);
    };
    return <SignIn reason={reason} enter={enter} />;
  }
  return (
    <ReaderContext.Provider value={reader}>
      <ImportingWithin>
        <Shell />
      </ImportingWithin>
    </ReaderContext.Provider>
  );
}
