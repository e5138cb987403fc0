import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly content: string;
}

// The page is no program of this process: it is not compiled, and stays where it is in the checkout.
const checkout = dirname(findPackageJSON(import.meta.url) ?? '.');

function pageFile(name: string, type: string): PageFile {
  return {
    type: `${type}; charset=utf-8`,
    content: readFileSync(join(checkout, 'services/console/page', name), 'utf8'),
  };
}

export const pageFiles = {
  page: pageFile('index.html', 'text/html'),
  script: pageFile('console.mjs', 'text/javascript'),
  style: pageFile('console.css', 'text/css'),
} as const satisfies Record<string, PageFile>;
