// The browser promise: a folder that is chosen in Chromium gives the same answer as under Node.
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { corpusPath, requireCorpus, skipUnless } from './corpus.ts';
import { diatrace, exampleTrace, root } from './run-cli.ts';

const chromiumPath = process.env['DIATRACE_CHROMIUM'] ?? '/usr/bin/chromium';
const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const hasChromium = existsSync(chromiumPath);

/** Generated WebAssembly may be compiled; text never becomes code. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

const page = `<!doctype html>
<title>diatrace</title>
<input type="file" id="folder" webkitdirectory>
<script src="/page.js"></script>`;

const pageScript = `
document.getElementById('folder').addEventListener('change', (event) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  globalThis.answer = new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: 'the worker failed: ' + message });
  });
  worker.postMessage({ files: [...event.target.files], analysis: 'syscalls' });
});`;

let server: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  if (!hasChromium) return;
  const bundle = await build({
    absWorkingDir: root,
    entryPoints: [join('test', 'browser', 'worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
  });
  const script = bundle.outputFiles[0]!.text;
  const answers: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html', page],
    '/page.js': ['text/javascript', pageScript],
    '/worker.js': ['text/javascript', script],
  };
  server = createServer((request, response) => {
    const [type, text] = answers[request.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(text === '' ? 404 : 200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy': contentSecurityPolicy,
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function reportInBrowser(context: TestContext, folder: string): Promise<string> {
  skipUnless(context, hasChromium, `Chromium is not at ${chromiumPath}`);
  const opened: Page = await browser!.newPage();
  try {
    await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await opened.setInputFiles('#folder', folder);
    const { json, error } = await opened.evaluate<{ json?: string; error?: string }>('globalThis.answer');
    if (json === undefined) throw new Error(error);
    return json;
  } finally {
    await opened.close();
  }
}

describe('report syscalls in Chromium is what it is under Node', () => {
  test('for the bundled trace', async (context) => {
    expect(await reportInBrowser(context, exampleTrace)).toBe(
      diatrace(['report', 'syscalls', '--json', exampleTrace]).out,
    );
  });

  test('for a kernel trace of the corpus', async (context) => {
    requireCorpus(context);
    const folder = corpusPath('ctf1', 'bug446190', 'trace');
    expect(await reportInBrowser(context, folder)).toBe(
      diatrace(['report', 'syscalls', '--json', folder]).out,
    );
  });
});
