// `npm start`: installs and builds what is missing, then runs diatrace; without arguments it runs the guided demo.
import { join } from 'node:path';
import { devNode, ensureInstalled, root, run } from './bootstrap.mjs';
import { build } from './build.mjs';

await ensureInstalled();
const built = await build();
if (built !== 0) {
  process.stderr.write('The build failed, so diatrace was not started.\n');
  process.exit(built);
}

const args = process.argv.slice(2);
if (args.length > 0) {
  // npm runs scripts in the package's folder; a relative trace is meant from where the user stands.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  process.exitCode = await run(devNode, [join(root, 'bin', 'diatrace'), ...args], { cwd });
} else {
  const { demo } = await import('./demo.mjs');
  process.exitCode = await demo();
}
