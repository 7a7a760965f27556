import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { type Action, useAction } from '../asked.ts';
import { type ImportProgress, importFile } from './import-file.ts';

/** The import of a file, or what became of it. */
export interface ImportUnderWay extends Action<[File]> {
  readonly progress: ImportProgress | null;
  /** To be called when readers leave what shows it: a result that they have seen is not shown again. */
  readonly leave: () => void;
}

const Context = createContext<ImportUnderWay | null>(null);

export function useImportUnderWay(): ImportUnderWay {
  const underWay = useContext(Context);
  if (underWay === null) throw new Error('Nothing here can import.');
  return underWay;
}

/** Lets an import go on while its reader looks at other pages, until the reader signs out. */
export function ImportingWithin({ children }: { children: ComponentChildren }) {
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const [isSeen, setIsSeen] = useState(false);
  const [ending] = useState(() => new AbortController());
  useEffect(() => () => ending.abort(), []);
  const action = useAction(async (client, file: File) => {
    setProgress(null);
    setIsSeen(false);
    for await (const next of importFile(client, file, ending.signal)) setProgress(next);
  });
  const isRunning = useRef(false);
  isRunning.current = action.isRunning;
  useEffect(() => (action.isRunning ? warnBeforeClosing() : undefined), [action.isRunning]);
  const shown = isSeen ? { progress: null, error: undefined } : { progress };
  const leave = () => setIsSeen(!isRunning.current);
  return <Context.Provider value={{ ...action, ...shown, leave }}>{children}</Context.Provider>;
}

/** Has the browser ask before the tab is closed, until the returned function is called. */
function warnBeforeClosing(): () => void {
  const warn = (event: Event) => event.preventDefault();
  addEventListener('beforeunload', warn);
  return () => removeEventListener('beforeunload', warn);
}
