import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseBoardPath } from '../../src/core/paths.js';
import { type FileVersion, type SeenFile, seenIn, versionsOf } from '../../src/core/plan/fileVersions.js';
import { annotated, summaryOf } from '../../src/core/store/summary.js';
import { hashOf } from '../support/builders.js';
import { aManifest, aManifestFile } from '../support/manifests.js';

const MAIN = parseBoardPath('lib/main.py');

describe('The versions of a file', () => {
  it('are where its content changed, newest first, with the backups that have it so', () => {
    assert.deepEqual(shown('a', 'a', 'b', 'b', 'a'), ['changed a 4', 'changed b 3 2', 'added a 1 0']);
  });

  it('say where it was removed, and where it came back', () => {
    assert.deepEqual(shown(null, 'a', null, null, 'a'), ['added a 4', 'removed - 3 2', 'added a 1']);
    assert.deepEqual(shown('a', null), ['removed - 1', 'added a 0']);
  });

  it('begin with the first backup that has it', () => {
    assert.deepEqual(shown(null, null), []);
    assert.deepEqual(shown(), []);
  });

  it('P31 say nothing of backups that do not know', () => {
    assert.deepEqual(shown('a', undefined, 'a', undefined, 'b', undefined), ['changed b 4', 'added a 2 0']);
    assert.deepEqual(shown(undefined, undefined), []);
  });

  it('hold every backup that knows once, in its order, and no two that follow each other are the same', () => {
    const content = fc.constantFrom('a', 'b', null, undefined);
    fc.assert(
      fc.property(fc.array(content), (contents) => {
        const seen = seenOf(contents);
        const versions = versionsOf(seen);
        const first = contents.findIndex((content) => typeof content === 'string');
        const known = seen.filter(
          ({ file }, index) => file !== undefined && first >= 0 && index <= lastIndex(contents),
        );
        assert.deepEqual(
          versions.flatMap(({ backups }) => backups.map(({ id }) => id)),
          known.map(({ backup }) => backup.id),
        );
        const contentsOf = versions.map(({ file }) => file?.sha256 ?? null);
        assert.ok(contentsOf.every((content, index) => index === 0 || content !== contentsOf[index - 1]));
      }),
    );
  });
});

describe('What a manifest says of a path', () => {
  const seen = (overrides: Parameters<typeof aManifest>[0]) => seenIn(backup(0), aManifest(overrides), MAIN).file;

  it('is its content, or that there is no file', () => {
    const { size, sha256 } = aManifestFile('lib/main.py');
    assert.deepEqual(seen({ entries: [aManifestFile('lib/main.py')] }), { size, sha256 });
    assert.equal(seen({ entries: [aManifestFile('main.py')] }), null);
    assert.equal(seen({ entries: [{ type: 'folder', path: MAIN }] }), null);
  });

  it('P31 is nothing where it could not be read, nor the folder that it is in, nor the manifest, or where nobody looked', () => {
    for (const path of ['lib/main.py', 'lib'].map(parseBoardPath))
      assert.equal(seen({ errors: [{ path, code: 'board-error', message: 'EIO' }] }), undefined);
    assert.equal(seen({ scope: { root: parseBoardPath('data'), include: [], exclude: [] } }), undefined);
    assert.equal(seenIn(backup(0), undefined, MAIN).file, undefined);
  });
});

/** @param contents oldest first. @returns for each version the numbers of its backups, newest first */
function shown(...contents: Array<string | null | undefined>): string[] {
  return versionsOf(seenOf(contents)).map(lineOf);
}

function lineOf({ change, file, backups }: FileVersion): string {
  const content = file ? (['a', 'b'].find((text) => hashOf(Buffer.from(text)) === file.sha256) ?? '?') : '-';
  return [change, content, ...backups.map(({ sequence }) => sequence)].join(' ');
}

/** @param contents oldest first. @returns newest first */
function seenOf(contents: ReadonlyArray<string | null | undefined>): SeenFile[] {
  return contents
    .map((text, index) => {
      const file = typeof text === 'string' ? { size: text.length, sha256: hashOf(Buffer.from(text)) } : text;
      return { backup: backup(index), file };
    })
    .reverse();
}

function backup(sequence: number) {
  return annotated(summaryOf(aManifest({ sequence }), `${sequence}`), `/store/${sequence}.blb`);
}

/** How many of them, from the newest on, are not before the first that has the file. @param contents oldest first */
function lastIndex(contents: ReadonlyArray<string | null | undefined>): number {
  return contents.length - 1 - contents.findIndex((content) => typeof content === 'string');
}
