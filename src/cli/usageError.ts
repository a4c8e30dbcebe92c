/** Wrong use of the command line: the sentence, then how it is meant. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
