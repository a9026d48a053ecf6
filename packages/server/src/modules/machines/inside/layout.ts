/** What is ours in a machine lives here; nothing else of it is touched. */
export const toolsFolder = '/opt/dumont';
export const resticProgram = `${toolsFolder}/restic`;
