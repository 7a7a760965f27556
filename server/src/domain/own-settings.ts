/** What an organization decided itself: the members that differ from the defaults; null where none does. */
export function differingMembers<Settings extends object>(
  settings: Settings,
  defaults: Settings,
): Partial<Settings> | null {
  const own = Object.entries(settings).filter(
    ([member, value]) => JSON.stringify(value) !== JSON.stringify(defaults[member as keyof Settings]),
  );
  return own.length === 0 ? null : (Object.fromEntries(own) as Partial<Settings>);
}
