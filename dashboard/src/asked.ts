import { type Client, ProblemError } from '@leadsource/client';
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';

/** What every page is given: the service, as the reader. */
export interface Reader {
  readonly client: Client;
  /** The credential is refused from now on: the reader signs in again, and is back where they were. */
  readonly leave: (reason: string | null) => void;
}

export const ReaderContext = createContext<Reader | null>(null);

export function useReader(): Reader {
  const reader = useContext(ReaderContext);
  if (reader === null) throw new Error('Nobody is signed in.');
  return reader;
}

/** Something that was asked of the service. */
export interface Asked<Value> {
  /** The last answer, also while it is being asked anew; undefined before the first. */
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly again: () => void;
}

const refused =
  'Your key or token is not accepted any more: it has expired or was revoked. Sign in with another one.';

/** Asks when the page appears, and anew whenever one of the inputs changes; what is no longer wanted is broken off. */
export function useAsked<Value>(
  ask: (client: Client, signal: AbortSignal) => Promise<Value>,
  inputs: readonly unknown[],
): Asked<Value> {
  const { client, leave } = useReader();
  const [state, setState] = useState<Omit<Asked<Value>, 'again'>>({
    value: undefined,
    error: undefined,
    isLoading: true,
  });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setState(({ value }) => ({ value, error: undefined, isLoading: true }));
    ask(client, controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ value, error: undefined, isLoading: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        if (error instanceof ProblemError && error.status === 401) leave(refused);
        else setState({ value: undefined, error, isLoading: false });
      },
    );
    return () => controller.abort();
  }, [client, times, ...inputs]);
  const again = useCallback(() => setTimes((count) => count + 1), []);
  return { ...state, again };
}

/** Something to be done when the reader says so. */
export interface Action<Input extends unknown[]> {
  readonly run: (...input: Input) => Promise<void>;
  readonly isRunning: boolean;
  readonly error: unknown;
}

export function useAction<Input extends unknown[]>(
  work: (client: Client, ...input: Input) => Promise<void>,
): Action<Input> {
  const { client, leave } = useReader();
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({
    isRunning: false,
    error: undefined,
  });
  const run = async (...input: Input) => {
    setState({ isRunning: true, error: undefined });
    try {
      await work(client, ...input);
      setState({ isRunning: false, error: undefined });
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) leave(refused);
      else setState({ isRunning: false, error });
    }
  };
  return { ...state, run };
}
