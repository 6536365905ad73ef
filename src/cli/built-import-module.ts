/** What the build puts in the place of `import-module.ts`: in a bundle without dynamic imports a file beside it makes them. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Of the bundle, which is CommonJS. */
declare const __dirname: string;

export function importModule(url: string): Promise<unknown> {
  const path = join(__dirname, '..', 'bin', 'import-module.js');
  return (createRequire(path)(path) as (url: string) => Promise<unknown>)(url);
}
