/** Wrong use of the command line: the sentence, and where it is explained. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** @param hint where it is explained; cli.ts knows it where the verb does not say */
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
