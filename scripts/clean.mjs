// Removes what builds leave: every dist folder.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders } from './lib/workspace.mjs';

for (const folder of packageFolders()) rmSync(join(folder, 'dist'), { recursive: true, force: true });
