import { runApp } from '../src/lib/run-app.ts';
import { app } from './app.ts';

await runApp(import.meta.dirname, app);
