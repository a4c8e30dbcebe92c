/** Where a task says how far it is. */
export interface TaskOutput {
  /** Aborted if somebody cancels it. */
  signal: AbortSignal;
  /** A line that stays. */
  line(text: string): void;
  /** One that the next takes the place of. */
  progress(text: string): void;
}
