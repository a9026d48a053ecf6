/** What is ours in a machine lives here; nothing else of it is touched. */
export const toolsFolder = '/opt/dumont';
export const resticProgram = `${toolsFolder}/restic`;
/** What the agent is, and where its server is. Written by who puts it there, and by nobody else. */
export const agentConfigFile = `${toolsFolder}/agent.json`;
/** The port on which it reaches the server where there is a tunnel. Written by the keeper of that, and by nobody else. */
export const tunnelPortFile = `${toolsFolder}/tunnel-port`;
