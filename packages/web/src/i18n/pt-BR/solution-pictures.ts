import type { solutionPictures as english } from '../en/solution-pictures.ts';

export const solutionPictures: typeof english = {
  none: 'Não há desenho para dados nesta forma. As tabelas têm tudo.',
  tsp: {
    nodes_one: '{{formatted}} nó',
    nodes_other: '{{formatted}} nós',
    length: 'comprimento {{length}}',
    leg: '{{from}} a {{to}}: {{length}}',
    stop: 'Nó {{node}}, parada {{position}}',
  },
  vrp: {
    routes_one: '{{formatted}} rota',
    routes_other: '{{formatted}} rotas',
    stops_one: '{{formatted}} parada',
    stops_other: '{{formatted}} paradas',
    route: 'Rota {{id}}',
    load: 'carga {{load}}',
    loadOf: 'carga {{load}} de {{capacity}}',
    depot: 'Depósito {{node}}',
    stop: 'Nó {{node}}, demanda {{demand}}',
  },
  colouring: {
    colours_one: '{{formatted}} cor',
    colours_other: '{{formatted}} cores',
    clashes_zero: 'nenhum par da mesma cor',
    clashes_one: '{{formatted}} par da mesma cor',
    clashes_other: '{{formatted}} pares da mesma cor',
    colour: 'Cor {{colour}}: {{formatted}}',
    node: 'Nó {{node}}, cor {{colour}}',
  },
  knapsack: {
    label: '{{taken}} de {{all}} objetos levados, peso {{weight}} de {{capacity}}, valor {{value}}',
    object: 'Objeto {{id}}: peso {{weight}}, valor {{value}}',
    capacity: 'capacidade {{capacity}}',
    worth: 'peso {{weight}}, valor {{value}}',
  },
  bars: {
    label: '{{bars}} barras em {{patterns}} padrões, sobra {{waste}}',
    product: '{{id}} ({{length}})',
    left: 'sobra {{length}}',
  },
  packing: {
    label: '{{placed}} de {{all}} itens colocados, {{share}} da caixa usada, valor {{value}}',
    item: 'Item {{id}}: {{width}} × {{height}}',
  },
  roster: {
    label: '{{people}} pessoas, {{slots}} horários, {{hours}} horários trabalhados',
    works: 'trabalha',
    free: 'livre',
    staff: 'Trabalhando',
  },
  flow: {
    suppliers: 'Fornecedores',
    warehouses: 'Armazéns',
    clients: 'Clientes',
    delivered: '{{amount}} entregues a {{clients}} clientes',
    closed: 'Fechados: {{names}}',
    one: '{{from}} a {{to}}: {{amount}}',
    node: '{{id}}: {{amount}}',
  },
  model: {
    label: '{{used}} de {{all}} variáveis não são zero',
    variable: 'Variável',
    value: 'Valor',
    kind: 'Tipo',
  },
  timer: { waited: 'Esperou {{time}}', waitedOf: 'Esperou {{time}} de {{asked}}' },
};
