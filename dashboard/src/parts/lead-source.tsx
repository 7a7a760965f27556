/** The facts of a lead source, in the order in which they are shown. */
export const factNames = {
  medium: 'Medium',
  source: 'Source',
  campaign: 'Campaign',
  term: 'Term',
  content: 'Content',
  affiliate: 'Affiliate',
  subAffiliate: 'Sub-affiliate',
  salesAgent: 'Sales agent',
  clickId: 'Click id',
  path: 'Landing page',
  referrer: 'Referrer',
} as const;
export type FactName = keyof typeof factNames;
export type Facts = Readonly<Partial<Record<FactName, string | null>>>;

/** The facts that are set. They are text written by others, so they are shown as text, never as links or markup. */
export function FactList({ facts }: { facts: Facts }) {
  const set = (Object.keys(factNames) as FactName[]).filter((name) => facts[name] != null);
  if (set.length === 0)
    return (
      <p class="faint">
        Nothing is known of it, as with a direct visit. Links that name their source, such as{' '}
        <code>?utm_source=newsletter</code>, tell more about future visits.
      </p>
    );
  return (
    <dl class="facts">
      {set.map((name) => (
        <div key={name}>
          <dt>{factNames[name]}</dt>
          <dd>{facts[name]}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A lead source in a few words. */
export function briefly(facts: Facts): string {
  const words = [facts.source, facts.medium, facts.campaign].filter((word) => word != null && word !== '');
  const people = [facts.affiliate, facts.salesAgent].filter((word) => word != null && word !== '');
  return [...words, ...people].join(' / ') || 'direct';
}
