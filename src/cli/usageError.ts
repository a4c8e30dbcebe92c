/** Wrong use of the command line: the sentence, then how it is meant. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** @param help how it is meant; cli.ts knows it where the verb does not say */
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}
