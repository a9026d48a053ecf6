import { memberText } from '../../lib/exact-json.ts';
import { api } from '../../lib/api.ts';

/** Where the data of a new instance comes from. */
export type Source = 'example' | 'file' | 'paste';

export interface InstanceDraft {
  readonly app: string;
  readonly source: Source;
  readonly example: string;
  readonly file: File | undefined;
  readonly text: string;
  /** Empty: as the example or the file is called. */
  readonly name: string;
}

export const nameOf = ({ name, source, example, file }: InstanceDraft): string => {
  if (name.trim() !== '') return name.trim();
  if (source === 'example') return example;
  return source === 'file' ? (file?.name.replace(/\.json$/i, '') ?? '') : '';
};

/** What is still missing before it can be sent; undefined where nothing is. */
export const missingIn = (draft: InstanceDraft): 'example' | 'file' | 'text' | 'name' | undefined => {
  if (draft.source === 'example' && draft.example === '') return 'example';
  if (draft.source === 'file' && draft.file === undefined) return 'file';
  if (draft.source === 'paste' && draft.text.trim() === '') return 'text';
  return nameOf(draft) === '' ? 'name' : undefined;
};

/** The data as JSON, with its numbers as they are written. */
export const readData = async ({ app, source, example, file, text }: InstanceDraft): Promise<string> => {
  if (source === 'paste') return text;
  if (source === 'file') return (await file?.text()) ?? '';
  const response = await api.stream('getAppExample', { params: { id: app, name: example } });
  return memberText(await response.text(), 'instance') ?? 'null';
};
