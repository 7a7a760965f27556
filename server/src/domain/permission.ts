const readable = [
  'lead-sources',
  'customers',
  'conversions',
  'reports',
  'settings',
  'api-keys',
  'webhooks',
] as const;

export type Permission =
  | `${(typeof readable)[number]}:${'read' | 'write'}`
  | 'capture:write'
  | 'privacy:write'
  | '*';

export const permissions: readonly Permission[] = [
  ...readable.flatMap((noun): Permission[] => [`${noun}:read`, `${noun}:write`]),
  'capture:write',
  'privacy:write',
  '*',
];

export function isPermission(text: string): text is Permission {
  return (permissions as readonly string[]).includes(text);
}

export function grants(held: readonly Permission[], wanted: Permission): boolean {
  return held.includes('*') || held.includes(wanted);
}

/** What remains of the held permissions when no more than those of `to` may be used. */
export function narrowed(held: readonly Permission[], to: readonly Permission[]): readonly Permission[] {
  return held.includes('*') ? to : held.filter((permission) => grants(to, permission));
}

/** The wanted permissions that the holder may not pass on: nobody grants more than they have. */
export function beyond(held: readonly Permission[], wanted: readonly Permission[]): readonly Permission[] {
  return wanted.filter((permission) => !grants(held, permission));
}
