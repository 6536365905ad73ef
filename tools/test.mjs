// `npm test` and `npm run check`: installs what is missing, then runs the one command that checks everything.
import { join } from 'node:path';
import { devNode, ensureInstalled, run } from './bootstrap.mjs';

await ensureInstalled();
process.exitCode = await run(devNode, [join('tools', 'check.ts'), ...process.argv.slice(2)]);
