/** What pictures are made of: rectangles and text of one width a letter, on a page of one width. No script, nothing from elsewhere. */
import type { Page } from '../../print/page.ts';
import type { Rgb } from '../../print/palette.ts';
import { safeText } from '../../print/text-width.ts';

/** In the units of the picture, which are pixels where it is not scaled. */
export const pageWidth = 1000;
export const margin = 20;
export const innerWidth = pageWidth - 2 * margin;
export const fontSize = 12;
export const lineHeight = 17;
/** Of the fonts that are asked for. */
export const letterWidth = 7.25;

export const colors = {
  page: '#ffffff',
  text: '#1f2328',
  dim: '#656d76',
  warning: '#9a5b00',
  rule: '#c8cdd3',
};

/** Printable ASCII without what XML gives a meaning to. */
const harmless = /^[ !#-%'-;=?-~]*$/;

/** Where answers are drawn. */
export interface SvgPage extends Page {
  /** Rows shown of each table, `Infinity` for all. */
  readonly rowCountMax: number;
}

/** A piece of the page as wide as it, from its own left upper corner. */
export interface Drawing {
  readonly height: number;
  readonly elements: readonly string[];
}

export function nothingFound(): Drawing {
  return { height: lineHeight, elements: [text(0, lineHeight, '(nothing found)', { color: colors.dim })] };
}

/** @param tip what is shown where the pointer is */
export function rect(
  x: number,
  y: number,
  size: { readonly width: number; readonly height: number },
  color: string,
  tip?: string,
): string {
  const shape = `<rect x="${round(x)}" y="${round(y)}" width="${round(size.width)}" height="${round(size.height)}" fill="${color}"`;
  return tip === undefined ? `${shape}/>` : `${shape}><title>${escapeXml(tip)}</title></rect>`;
}

export interface TextLook {
  readonly color?: string;
  readonly anchor?: 'middle' | 'end';
  readonly isBold?: boolean;
}

/** One line whose letters stand on the line below `y`; what could harm is escaped. Spaces before it move it: viewers leave them out. */
export function text(x: number, y: number, whole: string, look: TextLook = {}): string {
  const content = whole.trimStart();
  const left = x + (whole.length - content.length) * letterWidth;
  const color = look.color === undefined ? '' : ` fill="${look.color}"`;
  const anchor = look.anchor === undefined ? '' : ` text-anchor="${look.anchor}"`;
  const weight = look.isBold === true ? ' font-weight="bold"' : '';
  return `<text x="${round(left)}" y="${round(y - 4)}"${color}${anchor}${weight}>${escapeXml(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" stroke="${colors.rule}"/>`;
}

export function rgb(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** A hundredth of a pixel is enough, and `0.1 + 0.2` is 0.3. */
export function round(value: number): number {
  return Number(value.toFixed(2));
}

/** For text and attributes. What XML has no place for is shown as an escape. */
export function escapeXml(content: string): string {
  if (harmless.test(content)) return content;
  return safeText(content, true)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
