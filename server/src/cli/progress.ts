import type { Step as StoreStep } from '../move-store.ts';
import type { Surroundings } from './surroundings.ts';

/** Shows how far a long task is, until it is disposed of. */
export interface Progress extends Disposable {
  /** A null total is unknown. */
  readonly watch: (step: Step, done: number, total: number | null) => void;
}

type Step = StoreStep | 'archiving' | 'importing' | 'exporting';

const steps: Readonly<Record<Step, { readonly title: string; readonly unit: string }>> = {
  copying: { title: 'Copying', unit: 'pages' },
  checking: { title: 'Checking', unit: 'copy' },
  moving: { title: 'Moving', unit: 'rows' },
  comparing: { title: 'Comparing', unit: 'rows' },
  archiving: { title: 'Archiving', unit: 'rows' },
  importing: { title: 'Importing', unit: 'rows' },
  exporting: { title: 'Exporting', unit: 'rows' },
};

const lineEveryMilliseconds = 10_000;

/** A bar on a terminal. Elsewhere, and with JSON, a line at the end of each step, and one now and then in a long step. */
export async function progressFor(surroundings: Surroundings, isJson: boolean): Promise<Progress> {
  const { terminal, err, now } = surroundings;
  const lines = linesTo(err, now);
  return terminal === undefined || isJson ? lines : barOn(terminal, now, lines);
}

async function barOn(terminal: NodeJS.WriteStream, now: () => number, lines: Progress): Promise<Progress> {
  // Loaded only here, since most commands show no bar.
  const { Presets, SingleBar } = (await import('cli-progress')).default;
  const format = '{title} {bar} {percentage} %  {value} {unit}{pace}';
  // A signal must end the program as if there were no bar, so the bar leaves the terminal's settings alone.
  const harmless = { gracefulExit: false, linewrap: true };
  const formatValue = (value: number) => grouped(Number(value));
  const options = { format, stream: terminal, barsize: 20, formatValue, ...harmless };
  const bar = new SingleBar(options, Presets.shades_classic);
  let current: StepPace | null = null;
  return {
    watch(step, done, total) {
      if (total === null) {
        lines.watch(step, done, total);
        return;
      }
      if (current?.step !== step) {
        bar.stop();
        current = new StepPace(step, done, now());
        bar.start(total, done, { ...steps[step], pace: '' });
      }
      // An estimated total improves.
      bar.setTotal(total);
      bar.update(done, { pace: current.textAt(done, total, now()) });
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}

function linesTo(err: (text: string) => void, now: () => number): Progress {
  let current: StepPace | null = null;
  let [lastLine, isOver] = [0, false];
  return {
    watch(step, done, total) {
      const time = now();
      if (current?.step !== step) {
        current = new StepPace(step, done, time);
        [lastLine, isOver] = [time, false];
      }
      const isEnd = total !== null && done >= total;
      if (isOver || (!isEnd && time - lastLine < lineEveryMilliseconds)) return;
      [lastLine, isOver] = [time, isEnd];
      const { title, unit } = steps[step];
      const pace = current.textAt(done, total, time);
      const ofTotal = total === null ? '' : ` of ${grouped(total)}`;
      err(`${title}: ${grouped(done)}${ofTotal} ${unit}${pace}\n`);
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** How fast a step goes, measured from where it began in this run. */
class StepPace {
  readonly step: Step;
  readonly #doneBefore: number;
  readonly #start: number;

  constructor(step: Step, doneBefore: number, start: number) {
    this.step = step;
    this.#doneBefore = doneBefore;
    this.#start = start;
  }

  /** Empty if nothing can be said yet. */
  textAt(done: number, total: number | null, now: number): string {
    const [count, seconds] = [done - this.#doneBefore, (now - this.#start) / 1000];
    if (count <= 0 || seconds < 1) return '';
    const perSecond = count / seconds;
    if (total === null) return `, ${grouped(Math.round(perSecond))}/s`;
    const left = done < total ? `, ${duration((total - done) / perSecond)} left` : ` in ${duration(seconds)}`;
    return `, ${grouped(Math.round(perSecond))}/s${left}`;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1234567` as `1,234,567`. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** A number with a noun whose plural is regular: `1 row`, `1,234 rows`. */
export function counted(number: number, noun: string): string {
  return `${grouped(number)} ${number === 1 ? noun : `${noun}s`}`;
}
