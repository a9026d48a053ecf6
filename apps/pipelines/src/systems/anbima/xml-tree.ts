import { SaxesParser } from 'saxes';
import { PipelineFailure } from '../../lib/failure.ts';

/** An element by its local name; position files use prefixes freely. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const maxBytes = 64 * 1024 * 1024;
const maxDepth = 100;

/** The encoding that the declaration names; most 4.01 files are ISO-8859-1. */
function decode(bytes: Buffer, file: string): string {
  if (bytes.length > maxBytes) throw new PipelineFailure(`${file} is larger than ${maxBytes} bytes`);
  const head = bytes.subarray(0, 200).toString('latin1');
  const label = /<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(utf16 ? 'utf-16le' : label, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PipelineFailure(`${file} is not valid ${label}`, { cause: error });
  }
}

/** Reads a whole document. No entity of the document's own is expanded, and nothing outside of it is read. */
export function parseXml(bytes: Buffer, file: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const root: XmlElement = { name: '', children: [], text: '' };
  const open: XmlElement[] = [root];
  parser.on('error', (error) => {
    throw new PipelineFailure(`${file} line ${parser.line}: not well-formed XML (${error.message})`);
  });
  parser.on('opentag', (tag) => {
    const element: XmlElement = { name: tag.local, children: [], text: '' };
    if (open.length > maxDepth) throw new PipelineFailure(`${file} line ${parser.line}: nested too deeply`);
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const addText = (text: string) => {
    const current = open.at(-1);
    if (current) current.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => void open.pop());
  parser.write(decode(bytes, file)).close();
  const [document] = root.children;
  if (!document) throw new PipelineFailure(`${file} is empty`);
  return document;
}

export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (current, name) => current?.children.find((candidate) => candidate.name === name),
    element,
  );
}

/** Trimmed text of the element at `path`; undefined when it is missing or empty. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const text = child(element, ...path)?.text.trim();
  return text === '' ? undefined : text;
}

export function* descendants(element: XmlElement, name: string): Generator<XmlElement> {
  for (const candidate of element.children) {
    if (candidate.name === name) yield candidate;
    yield* descendants(candidate, name);
  }
}
