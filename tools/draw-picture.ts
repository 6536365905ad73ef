// Draws the README's picture: what diatrace prints in a terminal of 100 columns in true colour, as SVG.
// `npm run picture` writes it anew; draw-picture.test.ts says whether it is what diatrace prints today.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tracked-files.ts';

export const picturePath = 'docs/heatmap.svg';
const command = ['report', 'syscalls', '--as', 'heatmap', 'examples/first-trace'];

const columnCount = 100;
const cell = { width: 8, height: 18 };
const margin = 16;
const colors = { background: '#16181d', text: '#d8dbe2', dim: '#868c99', prompt: '#7fb4ff' };

/** Text of one look on one line. */
interface Run {
  readonly column: number;
  readonly text: string;
  readonly isBold: boolean;
  readonly color: string;
  readonly background: string | undefined;
}

/** The picture as diatrace prints it now. */
export function drawPicture(): string {
  const output = execFileSync(process.execPath, [join(root, 'src/cli/main.ts'), ...command], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      FORCE_COLOR: '3',
      COLUMNS: String(columnCount),
    },
  });
  return drawTerminal([`$ diatrace ${command.join(' ')}`, ...output.trimEnd().split('\n')]);
}

/** Lines with SGR sequences as an SVG; the first is the prompt. */
export function drawTerminal(lines: readonly string[]): string {
  const width = columnCount * cell.width + 2 * margin;
  const height = lines.length * cell.height + 2 * margin;
  const parts = lines.flatMap((line, index) =>
    parseRuns(line).flatMap((run) => drawRun(index === 0 ? { ...run, color: colors.prompt } : run, index)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(lines[0] ?? '')}" font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" xml:space="preserve">
<rect width="${width}" height="${height}" rx="8" fill="${colors.background}"/>
${parts.join('\n')}
</svg>
`;
}

/** What the renderer of results writes: bold, dim, yellow, and colours of the foreground and background in true colour. */
export function parseRuns(line: string): Run[] {
  const runs: Run[] = [];
  let column = 0;
  let look = plain;
  for (const piece of line.split(/(\x1b\[[\d;]*m)/)) {
    if (piece.startsWith('\x1b')) look = nextLook(look, piece.slice(2, -1));
    else if (piece !== '') {
      runs.push({ column, text: piece, ...look });
      column += [...piece].length;
    }
  }
  return runs;
}

type Look = Omit<Run, 'column' | 'text'>;
const plain: Look = { isBold: false, color: colors.text, background: undefined };

function nextLook(look: Look, code: string): Look {
  const rgb = /^([34])8;2;(\d+);(\d+);(\d+)$/.exec(code);
  if (rgb !== null) {
    const color = `#${rgb
      .slice(2)
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('')}`;
    return rgb[1] === '3' ? { ...look, color } : { ...look, background: color };
  }
  switch (code) {
    case '0':
      return plain;
    case '1':
      return { ...look, isBold: true };
    case '2':
      return { ...look, color: colors.dim };
    case '33':
      return { ...look, color: '#e5c07b' };
    default:
      throw new Error(`The picture does not know the sequence ESC[${code}m.`);
  }
}

const lowestBlock = 0x2581;

function drawRun(run: Run, row: number): string[] {
  const top = margin + row * cell.height;
  const left = margin + run.column * cell.width;
  const characters = [...run.text];
  const parts: string[] = [];
  const rect = (x: number, y: number, width: number, height: number, fill: string) =>
    parts.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`);
  if (run.background !== undefined)
    rect(left, top, characters.length * cell.width, cell.height, run.background);
  // Fonts draw block elements with gaps; bars are drawn as what they mean.
  const isBar = (character: string) => {
    const eighths = (character.codePointAt(0) ?? 0) - lowestBlock + 1;
    return eighths >= 1 && eighths <= 8 ? eighths : 0;
  };
  for (const [index, character] of characters.entries()) {
    const height = (isBar(character) * (cell.height - 4)) / 8;
    if (height > 0)
      rect(left + index * cell.width, top + cell.height - height, cell.width, height, run.color);
  }
  const text = characters.map((character) => (isBar(character) > 0 ? ' ' : character)).join('');
  for (const word of text.matchAll(/\S+(?: \S+)*/g)) {
    const x = left + [...text.slice(0, word.index)].length * cell.width;
    const width = [...word[0]].length * cell.width;
    const weight = run.isBold ? ' font-weight="bold"' : '';
    parts.push(
      `<text x="${x}" y="${top + 13}" textLength="${width}" fill="${run.color}"${weight}>${escapeXml(word[0])}</text>`,
    );
  }
  return parts;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

if (import.meta.main) writeFileSync(join(root, picturePath), drawPicture());
