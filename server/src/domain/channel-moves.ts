import type { ChannelTuple } from './channel.ts';

/** What other rules would change. All counts are of touches. */
export interface ChannelMoves {
  readonly touches: number;
  readonly unchanged: number;
  /** Largest first. */
  readonly moves: readonly ChannelMove[];
}

export interface ChannelMove {
  readonly from: string;
  readonly to: string;
  readonly touches: number;
  /** A few: those that were counted first. */
  readonly examples: readonly { readonly tuple: ChannelTuple; readonly touches: number }[];
}

const examplesOfMove = 3;

interface OpenMove extends ChannelMove {
  touches: number;
  readonly examples: { tuple: ChannelTuple; touches: number }[];
}

/** Counts the touches that would move from channel to channel. */
export class MoveCount {
  readonly #channelBefore: (tuple: ChannelTuple) => string;
  readonly #channelAfter: (tuple: ChannelTuple) => string;
  readonly #moves = new Map<string, OpenMove>();
  #touches = 0;
  #unchanged = 0;

  constructor(before: (tuple: ChannelTuple) => string, after: (tuple: ChannelTuple) => string) {
    this.#channelBefore = before;
    this.#channelAfter = after;
  }

  /** Counts the touches that share a tuple. */
  add(tuple: ChannelTuple, touches: number): void {
    const [from, to] = [this.#channelBefore(tuple), this.#channelAfter(tuple)];
    this.#touches += touches;
    if (from === to) {
      this.#unchanged += touches;
      return;
    }
    const name = JSON.stringify([from, to]);
    const move = this.#moves.get(name) ?? { from, to, touches: 0, examples: [] };
    this.#moves.set(name, move);
    move.touches += touches;
    if (move.examples.length < examplesOfMove) move.examples.push({ tuple, touches });
  }

  result(): ChannelMoves {
    const moves = [...this.#moves.values()].sort((one, other) => other.touches - one.touches);
    return { touches: this.#touches, unchanged: this.#unchanged, moves };
  }
}
