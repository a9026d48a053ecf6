import { test } from 'node:test';
import { findObstacle } from '@dumont/simulator/machines';
import { executorConformance } from '../../src/modules/runs/executors/conformance.ts';
import { makeSubject } from './bed.ts';

const obstacle = await findObstacle();
// A machine gives us no namespace of processes: a daemon that left everything behind is not known to be of the run.
if (obstacle === undefined) executorConformance('machine', makeSubject, { endsDaemons: false });
else test('executor machine', { skip: obstacle }, () => undefined);
