import { existsSync } from 'node:fs';

/** Whether several videos may be meant; a file of just that name is one. */
export const isPattern = (video: string): boolean => /[*?[\]{}()!]/.test(video) && !existsSync(video);
