import type { adoption as english } from '../en/adoption.ts';

export const adoption: typeof english = {
  adopt: {
    notice:
      'Esta máquina espera ser assumida: foi encontrada no provedor, ou alugada com um id anterior desta instalação. Nada é feito com ela por conta própria, e ela custa {{price}} por hora.',
    action: 'Assumir…',
    title: 'Assumir {{name}}?',
    what: 'Ela passa a ser uma máquina desta instalação: entra-se nela por SSH, o agente é posto de novo, e as chaves SSH de quem é dono a abrem.',
    clone:
      'Se outra instalação ainda trabalha com ela, como depois de clonar o banco de dados, essa a perde.',
    hostKey:
      'Ninguém aqui conhece a chave de host dela: a primeira que ela mostrar, e que souber ser sua, passa a ser a única aceita.',
    cost: 'Os custos dela passam a ser contados aqui. Ela não adormece antes de você ligar isso.',
    confirm: 'Assumir',
    begun: '{{name}} está sendo assumida',
  },
  strangers: {
    title: 'Nas suas contas de provedor, e fora dos registros',
    text: 'Custam dinheiro nas contas, e nada aqui cuida delas.',
    machine: 'Máquina',
    standing: 'De quem',
    former: 'Já foi nossa',
    formerText: 'alugada com um id anterior desta instalação',
    other: 'Não é nossa',
    otherText: 'alugada por outra pessoa: nunca se mexe nela daqui',
    label: 'Rótulo',
    none: 'nenhum',
    state: 'Estado',
    states: {
      loading: 'iniciando',
      running: 'rodando',
      stopped: 'parada',
      offline: 'fora de alcance',
      failed: 'falhou',
    },
    price: 'Preço',
    since: 'Desde',
  },
};
