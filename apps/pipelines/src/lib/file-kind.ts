import { open } from 'node:fs/promises';
import { PipelineFailure } from './failure.ts';

export type FileKind = 'zip' | 'pdf' | 'excel' | 'xml' | 'csv' | 'other';

const kindByExtension: Readonly<Record<string, FileKind>> = {
  '.zip': 'zip',
  '.pdf': 'pdf',
  '.xlsx': 'excel',
  '.xls': 'excel',
  '.xml': 'xml',
  '.csv': 'csv',
  '.txt': 'csv',
};

export function fileKindOf(name: string): FileKind {
  const dot = name.lastIndexOf('.');
  return (dot < 0 ? undefined : kindByExtension[name.slice(dot).toLowerCase()]) ?? 'other';
}

const zipSignature = Buffer.from('PK');
/** Old `.xls` files are OLE compound documents. */
const compoundSignature = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

function startsLikeHtml(head: Buffer): boolean {
  const text = head.toString('latin1').trimStart().toLowerCase();
  return text.startsWith('<!doctype html') || text.startsWith('<html') || text.startsWith('<head');
}

function matches(kind: FileKind, head: Buffer): boolean {
  const startsWith = (signature: Buffer) => head.subarray(0, signature.length).equals(signature);
  switch (kind) {
    case 'zip':
      return startsWith(zipSignature);
    case 'pdf':
      return head.includes('%PDF-');
    case 'excel':
      return startsWith(zipSignature) || startsWith(compoundSignature);
    case 'xml':
      return head
        .toString('latin1')
        .trimStart()
        .replace(/^(ï»¿|ÿþ|þÿ)/, '')
        .startsWith('<');
    case 'csv':
    case 'other':
      return true;
  }
}

/**
 * Looks at the first bytes of a file that was just brought. A site that wants a login, or is closed for maintenance,
 * answers 200 with a page; that must not be taken for the file.
 */
export async function checkFileKind(path: string, kind: FileKind, shownUrl: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    if (bytesRead === 0) throw new PipelineFailure(`${shownUrl} answered with an empty file`);
    if (startsLikeHtml(head))
      throw new PipelineFailure(
        `${shownUrl} answered with a web page instead of the file: a login page or a notice; open it in a browser`,
      );
    if (!matches(kind, head))
      throw new PipelineFailure(`${shownUrl} answered with something that is no ${kind} file`);
  } finally {
    await file.close();
  }
}
