import { extname } from 'node:path';

/** The kinds of video file, told by the extension of the output. */
export type Container = 'mp4' | 'mkv' | 'mov' | 'webm';

export const containers: readonly Container[] = ['mp4', 'mkv', 'mov', 'webm'];

/** What ffmpeg calls each container, and what it is told about it. */
export const muxers: Readonly<
  Record<Container, { readonly name: string; readonly arguments: readonly string[] }>
> = {
  // The index at the front lets a browser seek while it still downloads.
  mp4: { name: 'mp4', arguments: ['-movflags', '+faststart'] },
  mov: { name: 'mov', arguments: ['-movflags', '+faststart'] },
  mkv: { name: 'matroska', arguments: [] },
  webm: { name: 'webm', arguments: [] },
};

/** The container that a path asks for, or `undefined` for any other extension. */
export const containerOf = (path: string): Container | undefined => {
  const extension = extname(path).slice(1).toLowerCase();
  return containers.find((container) => container === extension);
};
