// What a language model gave to a tool. Knows nothing of VS Code.

/** Checked by VS Code against the schema in package.json, and by us where it matters. */
export type Input = Record<string, unknown>;

export function textIn(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @returns as many as a model wants, and no more than `most` */
export function limitIn(input: Input, usual: number, most: number): number {
  const { limit } = input;
  return typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0 ? Math.min(limit, most) : usual;
}
