import { PipelineFailure } from '../../lib/failure.ts';
import { parseLayout401 } from './layout-4-01.ts';
import { parseLayout50 } from './layout-5-0.ts';
import type { PositionPortfolio } from './portfolio.ts';
import { parseXml } from './xml-tree.ts';

/** Which of the two versions it is, the root element tells. */
export function parsePositionFile(bytes: Buffer, file: string): PositionPortfolio[] {
  const root = parseXml(bytes, file);
  if (root.name === 'arquivoposicao_4_01') return parseLayout401(root, file);
  if (root.name === 'PosicaoAtivosCarteira' || root.name === 'GalgoAssBalStmt')
    return parseLayout50(root, file);
  throw new PipelineFailure(
    `${file} is not an ANBIMA position file: its root is <${root.name}>, not <arquivoposicao_4_01>, <PosicaoAtivosCarteira> or <GalgoAssBalStmt>`,
  );
}
