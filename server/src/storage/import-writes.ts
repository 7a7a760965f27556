import { Failure } from '../domain/failure.ts';
import { requireOpen } from '../domain/import.ts';
import type { CustomerRoom } from './customer-room.ts';
import { addTouchIn } from './customer-writes.ts';
import type { AddedTouch, AddedTouches, ImportedTouch, WriteInput, Writes } from './store.ts';

/** The outcomes of many touches, filled in as they are added one by one. */
export class TouchOutcomes implements AddedTouches {
  readonly keys: Float64Array;
  readonly added: Uint8Array;
  readonly owners = new Map<number, string>();
  readonly refusals = new Map<number, unknown>();

  constructor(touches: number) {
    this.keys = new Float64Array(touches);
    this.added = new Uint8Array(touches);
  }

  keep(place: number, named: string, { customerId, touch, added }: AddedTouch): void {
    this.keys[place] = touch.key;
    this.added[place] = added ? 1 : 0;
    if (customerId !== named) this.owners.set(place, customerId);
  }
}

/** An organization's room in which touches are added together. */
export interface GatheringRoom {
  readonly room: CustomerRoom;
  /** Call after the last touch: added touches need not be stored before. */
  readonly keep: () => void;
}

/** Adds the touches of an import, on an engine that runs its writes one after the other. */
export function createImportedTouchWrites(
  roomFor: (organizationId: string, touches: readonly ImportedTouch[]) => GatheringRoom,
): Pick<Writes, 'addTouches'> {
  return {
    addTouches(input) {
      const { touches, ...common } = input;
      const { room, keep } = roomFor(input.organizationId, touches);
      const outcomes = new TouchOutcomes(touches.length);
      let isOpen = false;
      touches.forEach((touch, place) => {
        try {
          // Checked once: nothing can start the undoing between two touches of one transaction.
          if (!isOpen) requireOpen(room.findImport(input.importKey));
          isOpen = true;
          const { customerId, givenId, occurredTime, sameAs = null, given } = touch;
          const added = addTouchIn(room, { ...common, customerId, givenId, occurredTime, sameAs, given });
          outcomes.keep(place, customerId, added);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          outcomes.refusals.set(place, error);
        }
      });
      keep();
      return outcomes;
    },
  };
}

/** The same on an engine that batches writes itself: each touch is a write of its own. */
export async function addEach(
  { touches, ...common }: WriteInput<'addTouches'>,
  addTouch: (input: WriteInput<'addTouch'>) => Promise<AddedTouch>,
): Promise<AddedTouches> {
  const outcomes = new TouchOutcomes(touches.length);
  const writes = touches.map((touch) => addTouch({ ...common, ...touch }));
  for (const [place, settled] of (await Promise.allSettled(writes)).entries()) {
    if (settled.status === 'rejected') outcomes.refusals.set(place, settled.reason);
    else outcomes.keep(place, touches[place]?.customerId ?? '', settled.value);
  }
  return outcomes;
}
