import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { installFolder, writeSynced } from '../cache/install-folder.js';
import type { Precision } from '../default-model/matrices.js';
import { EmbeddingError } from '../failure.js';
import { type FetchedFile, fetchFile, type HubSource } from './fetch-file.js';
import { optionalFiles, requiredFiles, weightFiles } from './files.js';

/** How far the download of a model is. */
export type DownloadProgress = {
  /** The file that is being downloaded, as the hub names it. */
  readonly file: string;
  readonly receivedBytes: number;
  /** Undefined where the hub does not say. */
  readonly totalBytes: number | undefined;
};

export type HubDownload = HubSource & {
  readonly revision: string;
  readonly precision: Precision;
  readonly cacheFolder: string;
  /** Answers from the cache alone. */
  readonly offline: boolean;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
};

const receiptName = 'memvisor.json';
const receiptSchema = z.object({
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
});

/**
 * The folder of a hub model, downloaded into the cache the first time it is asked for. Nothing is written
 * outside of the cache: of what the hub says only the content of files with known names is stored.
 *
 * @throws EmbeddingError `hub_unreachable`, `hub_refused` or `checksum_mismatch`; then the cache is as before.
 */
export const downloadModel = async (download: HubDownload): Promise<string> => {
  const { model, revision, precision, cacheFolder } = download;
  const folder = join(
    cacheFolder,
    'hub',
    model.replace('/', '--'),
    `${revision.replaceAll('/', '--')}-${precision}`,
  );
  await installFolder(
    folder,
    () => isWhole(folder),
    async (temporary) => {
      if (download.offline)
        throw new EmbeddingError({
          kind: 'hub_unreachable',
          model,
          url: download.baseUrl,
          detail: 'the option `offline` forbids it',
        });
      const files = await downloadAll(download, temporary);
      await writeSynced(
        join(temporary, receiptName),
        `${JSON.stringify({ model, revision, files }, null, 2)}\n`,
      );
    },
  );
  return folder;
};

/** Whether every file of a finished download is there in its full length. */
const isWhole = async (folder: string): Promise<boolean> => {
  try {
    const { files } = receiptSchema.parse(JSON.parse(await readFile(join(folder, receiptName), 'utf8')));
    for (const [name, { bytes }] of Object.entries(files))
      if ((await stat(join(folder, name))).size !== bytes) return false;
    return true;
  } catch {
    return false;
  }
};

const downloadAll = async (download: HubDownload, folder: string): Promise<Record<string, FetchedFile>> => {
  const files: Record<string, FetchedFile> = {};
  let { revision } = download;
  const get = async (name: string): Promise<boolean> => {
    const fetched = await fetchFile(
      download,
      revision,
      name,
      join(folder, name),
      (receivedBytes, totalBytes) => download.onProgress?.({ file: name, receivedBytes, totalBytes }),
    );
    if (fetched === undefined) return false;
    files[name] = fetched;
    revision = fetched.commit ?? revision; // the first answer fixes the version of all others
    return true;
  };
  const refuse = (name: string): never => {
    const url = `${download.baseUrl}/${download.model}/resolve/${revision}/${name}`;
    throw new EmbeddingError({ kind: 'hub_refused', model: download.model, url, status: 404 });
  };

  for (const name of requiredFiles) if (!(await get(name))) refuse(name);
  for (const name of optionalFiles) await get(name);
  const places = weightFiles(download.precision);
  for (const name of places) {
    if (!(await get(name))) continue;
    await get(`${name}_data`);
    return files;
  }
  return refuse(places[0] ?? '');
};
