import { cbc } from './cbc.ts';
import { glpk } from './glpk.ts';
import { nativeEngine } from './native.ts';
import { nativeHighs } from './native-highs.ts';
import { scip } from './scip.ts';

/** By the name that `solver` takes after the dot: `mip.cbc`. */
export const nativeEngines = {
  'native-highs': nativeEngine(nativeHighs),
  cbc: nativeEngine(cbc),
  glpk: nativeEngine(glpk),
  scip: nativeEngine(scip),
};
