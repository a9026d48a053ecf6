import { releaseMemoryWhenIdle } from './idle-memory.ts';

/** For programs that the server runs beside itself, by `node --import`: they give back what they do not need as it does. */
releaseMemoryWhenIdle();
