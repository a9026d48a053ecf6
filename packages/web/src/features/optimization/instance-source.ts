import { memberText } from '../../lib/exact-json.ts';
import { api } from '../../lib/api.ts';

/** Where the data of a new instance comes from. */
export type Source = 'example' | 'file' | 'paste' | 'tables';

export interface InstanceDraft {
  readonly app: string;
  readonly source: Source;
  readonly example: string;
  readonly file: File | undefined;
  /** Of a model file that does not say which way is better. */
  readonly maximize: boolean;
  readonly text: string;
  /** Empty: as the example or the file is called. */
  readonly name: string;
}

/** What the name of a file ends with, in lower case and without a dot. */
const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Whether the app turns the file into an instance; other files hold JSON. */
export const isModelFile = (file: File | undefined, endings: readonly string[]): boolean =>
  file !== undefined && endings.includes(endingOf(file.name));

export const nameOf = ({ name, source, example, file }: InstanceDraft): string => {
  if (name.trim() !== '') return name.trim();
  if (source === 'example') return example;
  return source === 'file' ? (file?.name.replace(/\.[^.]+$/, '') ?? '') : '';
};

/** What is still missing before its data can be read; undefined where nothing is. */
export const missingIn = (draft: InstanceDraft): 'example' | 'file' | 'text' | 'name' | undefined => {
  if (draft.source === 'example' && draft.example === '') return 'example';
  if (draft.source === 'file' && draft.file === undefined) return 'file';
  if (draft.source === 'paste' && draft.text.trim() === '') return 'text';
  return nameOf(draft) === '' ? 'name' : undefined;
};

/** The data as JSON, with its numbers as they are written. `endings` are those of files that the app converts. */
export const readData = async (draft: InstanceDraft, endings: readonly string[]): Promise<string> => {
  const { app: id, source, example, file, text, maximize } = draft;
  if (source === 'tables') return '{}';
  if (source === 'paste') return text;
  if (source === 'example') {
    const response = await api.stream('getAppExample', { params: { id, name: example } });
    return memberText(await response.text(), 'instance') ?? 'null';
  }
  const content = (await file?.text()) ?? '';
  if (file === undefined || !isModelFile(file, endings)) return content;
  const body = { ending: endingOf(file.name), content, maximize };
  return (await api.stream('convertModelFile', { params: { id }, body })).text();
};
