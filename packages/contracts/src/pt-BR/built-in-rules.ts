import type { BuiltInRuleKey } from '../alarms/built-in-rules.ts';

/** The rules that ship, by their keys: English is in the contract. */
export const builtInRules: Readonly<
  Record<BuiltInRuleKey, { readonly name: string; readonly description: string }>
> = {
  'run-failed': {
    name: 'Uma execução falhou',
    description: 'Uma execução terminou em falha. Resolve-se quando esse pipeline passa uma hora sem falhar.',
  },
  'worker-lost': {
    name: 'Um worker se perdeu',
    description: 'Um worker morreu ou perdeu o banco de dados no meio de uma execução.',
  },
  'user-locked': {
    name: 'Uma conta foi bloqueada',
    description: 'Senhas erradas demais para uma conta ou de um endereço.',
  },
  'snapshot-failed': {
    name: 'Um snapshot falhou',
    description: 'Uma máquina não tem snapshot do qual possa voltar como está agora; ela não será destruída.',
  },
  'repository-damaged': {
    name: 'Um repositório de snapshots está danificado',
    description: 'A verificação diária encontrou dados que faltam ou não podem ser lidos.',
  },
  'database-pool-waiting': {
    name: 'Requisições esperam pelo banco de dados',
    description: 'Todas as conexões com o PostgreSQL estão em uso e há quem espere por uma.',
  },
  'event-loop-lag': {
    name: 'O servidor demora a reagir',
    description: 'Uma em cada cem voltas do laço de eventos leva mais de meio segundo.',
  },
  'disk-nearly-full': {
    name: 'O disco está quase cheio',
    description: 'Menos de um décimo do disco da pasta de dados está livre.',
  },
  'mail-undelivered': {
    name: 'E-mails não são entregues',
    description: 'Desistiu-se de um e-mail: o servidor o recusou, ou não respondeu por horas.',
  },
  'market-price-below': {
    name: 'Uma GPU custa menos que o seu alerta',
    description:
      'Uma amostra de um tipo de GPU observado ficou abaixo do preço que um projeto definiu para ele.',
  },
  'provider-blind': {
    name: 'Um provedor não pode ser consultado',
    description:
      'As máquinas de uma conta de provedor não são vistas há um minuto ou mais: decisões que destroem esperam. Repete-se a cada meia hora enquanto durar.',
  },
  'machine-lost': {
    name: 'Uma máquina se perdeu',
    description: 'O provedor não tem mais essa máquina, e ninguém daqui a devolveu.',
  },
  'machine-hibernate-failed': {
    name: 'Uma máquina não pôde ser posta para dormir',
    description:
      'Sem um snapshot verificado dos seus arquivos uma máquina não é destruída: ela continua ligada e custando. Repete-se a cada meia hora enquanto falhar.',
  },
  'machine-destroy-failed': {
    name: 'Uma máquina não pôde ser destruída',
    description:
      'Seus arquivos não puderam ser salvos, ou foram e ela não pôde ser devolvida: ainda custa. Tente de novo, ou destrua-a sem snapshot.',
  },
  'machine-adopted': {
    name: 'Foi encontrada uma máquina que ninguém daqui conhecia',
    description: 'Ela leva a marca desta instalação e já estava em uso: a partir de agora é cuidada, e paga.',
  },
  'machine-came-back': {
    name: 'Uma máquina perdida está de volta',
    description:
      'O provedor voltou a listar uma máquina que se perdera. Ela custa; seus arquivos estão nela.',
  },
  'machine-deploy-failed': {
    name: 'Uma máquina não pôde ser criada',
    description: 'Nada do que se pediu é oferecido, ou nada do que se alugou respondeu. Tudo foi devolvido.',
  },
  'machine-wake-failed': {
    name: 'Uma máquina não pôde ser acordada',
    description:
      'Não se achou máquina para os seus arquivos, ou eles não puderam ser trazidos de volta. Continuam onde estavam.',
  },
  'machine-outbid': {
    name: 'O lance de uma máquina foi superado',
    description: 'Alguém paga mais pelo seu host: ela foi parada sem snapshot, e o seu disco custa.',
  },
  'machine-stopped': {
    name: 'Uma máquina foi parada pelo seu provedor',
    description: 'Foi parada sem snapshot e sem que se pedisse; o seu disco custa.',
  },
  'machines-unowned': {
    name: 'Uma máquina em um provedor não é de ninguém',
    description:
      'Um provedor lista, há cinco minutos, máquinas com a marca desta instalação que não constam aqui.',
  },
  'machine-operation-stuck': {
    name: 'Algo com uma máquina não chega ao fim',
    description: 'A operação mais antiga sobre uma máquina começou há mais de duas horas.',
  },
  'installation-restored': {
    name: 'O banco de dados foi restaurado ou clonado',
    description:
      'Servidores que estavam em execução não fazem nada com máquinas até serem reiniciados. Ao iniciar, assume-se um id novo: as máquinas alugadas sob o anterior são mostradas, e adotadas só à mão.',
  },
  'cpu-busy': {
    name: 'Os processadores estão ocupados',
    description: 'Mais de nove décimos de todos os processadores de um host estão em uso há cinco minutos.',
  },
  'memory-short': {
    name: 'A memória está quase no fim',
    description: 'Resta menos de um décimo da memória de um host, ou da que o seu contêiner pode usar.',
  },
  'database-connections': {
    name: 'As conexões com o banco de dados estão acabando',
    description:
      'O PostgreSQL tem mais de quatro quintos das conexões que permite, somados todos os programas.',
  },
  'error-rate': {
    name: 'Muitas requisições falham',
    description:
      'Mais de uma em cada vinte requisições dos últimos cinco minutos terminou em erro que não é de quem chama, na API ou no gateway.',
  },
  'response-time': {
    name: 'As respostas demoram',
    description:
      'Uma em cada vinte requisições dos últimos cinco minutos levou mais de dois segundos, na API ou no gateway.',
  },
  'budget-burns-fast': {
    name: 'A margem de erro se esgota depressa',
    description:
      'Neste ritmo os erros que 99,9 % permite em um mês se esgotam em dois dias: 14,4 vezes o permitido em uma hora, e ainda nos últimos cinco minutos.',
  },
  'budget-burns': {
    name: 'A margem de erro se esgota',
    description:
      'Neste ritmo os erros que 99,9 % permite em um mês se esgotam em cinco dias: 6 vezes o permitido em seis horas, e ainda nos últimos trinta minutos.',
  },
  'gateway-upstream-down': {
    name: 'Um serviço atrás do gateway está fora do ar',
    description:
      'A sua verificação de saúde falha, ou falharam tantas requisições seguidas que por ora não recebe mais nenhuma.',
  },
  'gateway-thread-busy': {
    name: 'Uma thread do gateway quase não tem mais tempo livre',
    description:
      'Uma delas ficou ocupada por mais de 80 % de cinco minutos, e as suas requisições esperam. O gateway precisa de mais threads, de outra réplica ou do HAProxy.',
  },
};
