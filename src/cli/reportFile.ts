// Where the page of a report goes: a new file, or the place of an earlier page; of no other file.

import { join, resolve, sep } from 'node:path';
import type { Env } from '../core/env.js';
import { BackupError, messageOf, systemCode } from '../core/errors.js';
import { HEAD_OF_REPORT, isReportPage } from '../core/jobs/reportPage.js';
import { replaceFile, writeNewFile } from '../core/store/durable.js';

/** Before anything is read, which takes a while. @returns an absolute path @throws BackupError if no page can go there */
export async function placeOfPage(env: Env, file: string): Promise<string> {
  const path = resolve(file);
  if (file.endsWith('/') || file.endsWith(sep)) throw isFolder(path);
  await hasEarlierPage(env, path);
  return path;
}

/** All of it or nothing, also if the disk is full, or if another file came to be there meanwhile. @throws BackupError */
export async function writePage(env: Env, path: string, page: string): Promise<void> {
  const isReplaced = await hasEarlierPage(env, path);
  try {
    await (isReplaced ? replaceFile : writeNewFile)(env, path, Buffer.from(page));
  } catch (cause) {
    throw systemCode(cause) === 'EEXIST' ? isTaken(path) : notWritten(path, cause);
  }
}

/** @returns false if nothing is there @throws BackupError if it is anything else */
async function hasEarlierPage(env: Env, path: string): Promise<boolean> {
  const there = await env.fs.info(path).catch((cause: unknown) => {
    throw notWritten(path, cause);
  });
  if (!there) return false;
  if (there.kind === 'folder') throw isFolder(path);
  if (there.kind !== 'file' || !(await isEarlierPage(env, path))) throw isTaken(path);
  return true;
}

async function isEarlierPage({ fs }: Env, path: string): Promise<boolean> {
  const head = new Uint8Array(HEAD_OF_REPORT);
  try {
    const file = await fs.open(path, 'read');
    try {
      return isReportPage(head.subarray(0, await file.read(head, 0)));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

function isFolder(path: string): BackupError {
  const hint = `Name a file, such as ${join(path, 'report.html')}.`;
  return new BackupError('bad-argument', `${path} is a folder.`, { path, hint });
}

function isTaken(path: string): BackupError {
  const hint = 'Choose another name.';
  return new BackupError('path-taken', `${path} already exists, and is not a report that may be replaced.`, {
    path,
    hint,
  });
}

function notWritten(path: string, cause: unknown): BackupError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(systemCode(cause) ?? '');
  const hint = isFull ? 'Free some space there, or choose another disk.' : 'Choose a folder that you may write to.';
  const sentence = `${path} could not be written: ${messageOf(cause)}`;
  return new BackupError(isFull ? 'store-full' : 'bad-argument', sentence, { path, cause, hint });
}
