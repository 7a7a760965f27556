import type { CustomerWriteKind } from '../customer-writes.ts';
import type { WriteInput } from '../store.ts';

/** A write on customers. All writes of a batch belong to one organization. */
export interface CustomerWrite {
  readonly kind: CustomerWriteKind;
  readonly input: WriteInput<CustomerWriteKind>;
}

/** The customers that a write names directly. */
export function customersNamedBy({ input }: CustomerWrite): readonly string[] {
  if ('targetCustomerId' in input) return [input.customerId, input.targetCustomerId];
  return 'customerId' in input ? [input.customerId] : [];
}

const onHistories: ReadonlySet<CustomerWriteKind> = new Set(['removeTouch', 'removeTouches', 'stripTouches']);

/** Whether the write must see its customer's touches: then no earlier write in its batch may be on the same customer. */
export function needsHistory({ kind }: CustomerWrite): boolean {
  return onHistories.has(kind);
}

const onVisitors: ReadonlySet<CustomerWriteKind> = new Set(['linkVisitor', 'eraseVisitor', 'expireVisitors']);

/** Whether the write must see every touch of visitors, whoever owns them: then it needs a batch of its own. */
export function standsAlone({ kind }: CustomerWrite): boolean {
  return onVisitors.has(kind);
}
