/** What an expression of Prometheus names. */
export interface PromqlNames {
  readonly metrics: readonly string[];
  /** In matchers and in groupings. */
  readonly labels: readonly string[];
}

const keywords = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2']);
const groupings = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** Reads an expression without judging its grammar: names before a bracket are functions, the others are metrics. */
export function namesInPromql(expression: string): PromqlNames {
  const labels: string[] = [];
  const take = (names: string): string => {
    labels.push(...[...names.matchAll(/[a-zA-Z_]\w*/g)].map(([name]) => name));
    return ' ';
  };
  const rest = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => take(matchers))
    .replaceAll(groupings, (_, names: string) => take(names));
  const metrics = [...rest.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)]
    .map(([name]) => name)
    .filter((name) => !keywords.has(name));
  return { metrics: [...new Set(metrics)], labels: [...new Set(labels)] };
}
