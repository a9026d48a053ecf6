import type { System } from '../src/lib/system.ts';
import { anbimaXml } from '../src/systems/anbima/anbima-xml.ts';
import { b3Cotahist } from '../src/systems/b3-cotahist.ts';
import { bcbSgs } from '../src/systems/bcb-sgs.ts';
import { cvmCda } from '../src/systems/cvm-cda.ts';
import { cvmDiario } from '../src/systems/cvm-diario.ts';
import { cvmFidc } from '../src/systems/cvm-fidc.ts';
import { cvmRegistro } from '../src/systems/cvm-registro.ts';

/** Public fund data of Brazil, by the ids of manifest.json. */
export const fundDataSystems: Readonly<Record<string, System>> = {
  cvm_diario: cvmDiario,
  cvm_cda: cvmCda,
  cvm_fidc: cvmFidc,
  cvm_registro: cvmRegistro,
  anbima_xml: anbimaXml,
  b3_cotahist: b3Cotahist,
  bcb_sgs: bcbSgs,
};
