// The keys of encrypted backups, in the secret storage of VS Code: by the folder of the backups that they open. Never in a setting,
// a file of ours or the log.

import type { Event, SecretStorage } from 'vscode';
import type { KeyRing } from '../../core/env.js';

/** What opens backups from elsewhere: they may be imported, or brought back, from a store that has another key. */
const ELSEWHERE = 'backup keys of other folders';

/** What of `vscode.SecretStorage` is used. */
export type Secrets = Pick<SecretStorage, 'get' | 'store' | 'delete'> & { onDidChange: Event<{ key: string }> };

export class StoredKeys {
  constructor(
    private readonly secrets: Secrets,
    /** The folder of the backups. */
    private readonly root: () => string,
  ) {}

  /** A ring that has opened nothing yet: what one has opened it remembers, also when its key is forgotten here. */
  newRing(): KeyRing {
    return { secretsFor: () => this.all() };
  }

  /** Those of our own backups come first: a passphrase takes a second to try. */
  async all(): Promise<readonly string[]> {
    return [...new Set([...(await this.own()), ...(await this.others())])];
  }

  /** The keys of our own backups, the newest first. */
  own(): Promise<readonly string[]> {
    return this.read(keyOf(this.root()));
  }

  /** Puts a key before those that are there: while a change of key is under way, both are needed. */
  async keep(secret: string): Promise<void> {
    await this.write(keyOf(this.root()), [secret, ...(await this.own()).filter((other) => other !== secret)]);
  }

  /** From now on, this one alone. */
  async keepOnly(secret: string): Promise<void> {
    await this.write(keyOf(this.root()), [secret]);
  }

  async drop(secret: string): Promise<void> {
    await this.write(
      keyOf(this.root()),
      (await this.own()).filter((other) => other !== secret),
    );
  }

  /** Keeps what opens backups from elsewhere. */
  async keepForOthers(secret: string): Promise<void> {
    await this.write(ELSEWHERE, [secret, ...(await this.others()).filter((other) => other !== secret)]);
  }

  /** Forgets the keys of our own backups. */
  async forget(): Promise<void> {
    await this.write(keyOf(this.root()), []);
  }

  /** Forgets what opens backups from elsewhere. */
  async forgetOthers(secrets: readonly string[]): Promise<void> {
    await this.write(
      ELSEWHERE,
      (await this.others()).filter((other) => !secrets.includes(other)),
    );
  }

  /** Keys have come or gone, in whichever window. */
  onDidChange(listener: () => void): { dispose(): void } {
    return this.secrets.onDidChange(({ key }) => {
      if (key === ELSEWHERE || key === keyOf(this.root())) listener();
    });
  }

  /** What opens backups from elsewhere. */
  others(): Promise<readonly string[]> {
    return this.read(ELSEWHERE);
  }

  private async read(key: string): Promise<readonly string[]> {
    const kept: unknown = JSON.parse((await this.secrets.get(key)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((secret) => typeof secret === 'string') : [];
  }

  private async write(key: string, secrets: readonly string[]): Promise<void> {
    if (secrets.length > 0) await this.secrets.store(key, JSON.stringify(secrets));
    else await this.secrets.delete(key);
  }
}

function keyOf(root: string): string {
  return `backup keys ${root}`;
}
