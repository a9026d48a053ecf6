import { cnpjOf, fundName } from './random.ts';
import { writeZip } from './write-zip.ts';

export const registryFundHeader =
  'ID_Registro_Fundo;CNPJ_Fundo;Codigo_CVM;Data_Registro;Data_Constituicao;Tipo_Fundo;Denominacao_Social;Data_Cancelamento;Situacao;Data_Inicio_Situacao;Data_Adaptacao_RCVM175;Data_Inicio_Exercicio_Social;Data_Fim_Exercicio_Social;Patrimonio_Liquido;Data_Patrimonio_Liquido;Diretor;CNPJ_Administrador;Administrador;Tipo_Pessoa_Gestor;CPF_CNPJ_Gestor;Gestor';
export const registryClassHeader =
  'ID_Registro_Fundo;ID_Registro_Classe;CNPJ_Classe;Codigo_CVM;Data_Registro;Data_Constituicao;Data_Inicio;Tipo_Classe;Denominacao_Social;Situacao;Data_Inicio_Situacao;Classificacao;Indicador_Desempenho;Classe_Cotas;Classificacao_Anbima;Tributacao_Longo_Prazo;Entidade_Investimento;Permitido_Aplicacao_CemPorCento_Exterior;Classe_ESG;Forma_Condominio;Exclusivo;Publico_Alvo;Patrimonio_Liquido;Data_Patrimonio_Liquido;CNPJ_Auditor;Auditor;CNPJ_Custodiante;Custodiante;CNPJ_Controlador;Controlador';
export const registrySubclassHeader =
  'ID_Registro_Classe;ID_Subclasse;Codigo_CVM;Data_Constituicao;Data_Inicio;Denominacao_Social;Situacao;Data_Inicio_Situacao;Forma_Condominio;Exclusivo;Publico_Alvo;Previdenciario;Exclusivo_INR;Exclusivo_Previdencia_Complementar';

const inOperation = 'Em Funcionamento Normal';

function* fundLines(funds: number): Generator<string> {
  yield registryFundHeader;
  for (let index = 0; index < funds; index += 1) {
    const row = (manager: string) =>
      `${index + 1};${cnpjOf(index)};${10_000 + index};2024-07-08;2016-11-22;FIF;${fundName(index)};;${inOperation};2024-07-08;2024-07-08;2025-01-01;2025-12-31;1000000.00;2025-10-31;JOSÉ CONCEIÇÃO;59281253000123;ADMINISTRADORA AÇÃO DTVM S.A.;PJ;${manager}`;
    yield row('27652684000162;GESTÃO UM LTDA');
    // A fund that two houses manage has a row for each.
    if (index % 20 === 0) yield row('38183509000190;GESTÃO DOIS LTDA');
  }
}

function* classLines(funds: number): Generator<string> {
  yield registryClassHeader;
  for (let index = 0; index < funds; index += 1)
    yield `${index + 1};${50_000 + index};${cnpjOf(index)};${40_000 + index};2024-07-08;2016-11-22;2024-07-08;Classes de Cotas de Fundos FIF;${fundName(index)};${inOperation};2024-07-08;Renda Fixa;DI de um dia;N;Renda Fixa Duração Livre;S;;N;N;Aberto;N;Público Geral;1000000.00;2025-10-31;61366936000125;AUDITORIA S/S;60701190000104;CUSTÓDIA S.A.;60701190000104;CONTROLADORIA S.A.`;
}

function* subclassLines(funds: number): Generator<string> {
  yield registrySubclassHeader;
  for (let index = 9; index < funds; index += 10)
    for (const part of ['A', 'B'])
      yield `${50_000 + index};${part}${index};${70_000 + index};2024-07-08;2024-07-08;SUBCLASSE ${part};${inOperation};2024-07-08;Aberto;N;Público Geral;N;N;N`;
}

/** `dados/FI/CAD/DADOS/registro_fundo_classe.zip` below `folder`. */
export function writeRegistry(folder: string, options: { readonly funds: number }): Promise<string> {
  return writeZip(folder, 'dados/FI/CAD/DADOS/registro_fundo_classe.zip', [
    { name: 'registro_classe.csv', lines: classLines(options.funds) },
    { name: 'registro_fundo.csv', lines: fundLines(options.funds) },
    { name: 'registro_subclasse.csv', lines: subclassLines(options.funds) },
  ]);
}
