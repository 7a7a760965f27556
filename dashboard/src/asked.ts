import { type Client, ProblemError } from '@leadsource/client';
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';

/** What every page receives: the service as this reader may use it. */
export interface Reader {
  readonly client: Client;
  /** Called when the credential is refused: the reader signs in again, and returns to the same view. */
  readonly leave: (reason: string | null) => void;
}

export const ReaderContext = createContext<Reader | null>(null);

export function useReader(): Reader {
  const reader = useContext(ReaderContext);
  if (reader === null) throw new Error('Nobody is signed in.');
  return reader;
}

/** The state of a question to the service. */
export interface Asked<Value> {
  /** The last answer, kept while it is asked for again; undefined before the first. */
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly again: () => void;
}

const refused =
  'Your key or token is no longer accepted: it has expired or was revoked. Sign in with another one.';

/** Asks when the page appears, and again whenever one of the inputs changes; a question that is superseded is aborted. */
export function useAsked<Value>(
  ask: (client: Client, signal: AbortSignal) => Promise<Value>,
  inputs: readonly unknown[],
): Asked<Value> {
  const { client, leave } = useReader();
  const [times, setTimes] = useState(0);
  const question = [client, times, ...inputs];
  const [state, setState] = useState<Answered<Value>>({ question, isLoading: true });
  useEffect(() => {
    const controller = new AbortController();
    setState(({ value }) => ({ question, value, isLoading: true }));
    ask(client, controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ question, value, isLoading: false });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        if (error instanceof ProblemError && error.status === 401) leave(refused);
        else setState({ question, error, isLoading: false });
      },
    );
    return () => controller.abort();
  }, question);
  const again = useCallback(() => setTimes((count) => count + 1), []);
  // The effect comes after the first frame with new inputs, which must not show the former answer as theirs.
  const isAsked = question.every((part, place) => Object.is(part, state.question[place]));
  return {
    value: state.value,
    error: isAsked ? state.error : undefined,
    isLoading: state.isLoading || !isAsked,
    again,
  };
}

/** What came of a question. */
interface Answered<Value> {
  readonly question: readonly unknown[];
  readonly value?: Value | undefined;
  readonly error?: unknown;
  readonly isLoading: boolean;
}

/** Something that is done when the reader asks for it. */
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
