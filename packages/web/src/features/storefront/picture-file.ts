/** Longest side of what is kept: enough for a phone held close. */
const longestSide = 1200;
const keptBytes = 400 * 1024;

/** Not a picture that this browser can read. */
export class NotAPicture extends Error {
  override readonly name = 'NotAPicture';
}

/**
 * A file that somebody chose, small enough for a menu: a photograph of a phone has ten times what anybody sees. One
 * that is small already stays as it is. Throws `NotAPicture`.
 */
export const shrinkPicture = async (file: Blob): Promise<Blob> => {
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    throw new NotAPicture('this file cannot be drawn', { cause });
  });
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const isFine = scale === 1 && file.size <= keptBytes && /^image\/(png|jpeg|webp)$/.test(file.type);
  try {
    if (isFine) return file;
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob === null ? reject(new NotAPicture('it cannot be encoded')) : resolve(blob)),
        'image/webp',
        0.85,
      ),
    );
  } finally {
    bitmap.close();
  }
};

/** Content as the contract takes it. */
export const toBase64 = async (blob: Blob): Promise<string> => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // In pieces: the arguments of a call are bounded.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
};
