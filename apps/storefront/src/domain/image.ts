/** What a picture is by its first bytes: what its sender calls it is not believed. */
export const recogniseImage = (content: Uint8Array): 'png' | 'jpg' | 'webp' | undefined => {
  const startsWith = (bytes: readonly number[], at = 0): boolean =>
    content.length > at + bytes.length && bytes.every((byte, index) => content[at + index] === byte);
  if (startsWith([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (startsWith([0xff, 0xd8, 0xff])) return 'jpg';
  if (startsWith([0x52, 0x49, 0x46, 0x46]) && startsWith([0x57, 0x45, 0x42, 0x50], 8)) return 'webp';
  return undefined;
};
