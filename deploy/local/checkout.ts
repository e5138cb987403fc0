import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout's folder, whether this runs from source or from `dist`: the nearest one with a `package.json`. */
function nearestPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : nearestPackage(dirname(folder));
}

export const checkout = nearestPackage(import.meta.dirname);
