import type { shell as english } from '../en/shell.ts';

export const shell: typeof english = {
  skip: 'Ir para o conteúdo',
  nav: {
    label: 'Principal',
    home: 'Início',
    machines: 'Máquinas',
    market: 'Mercado',
    snapshots: 'Snapshots',
    runs: 'Execuções',
    pipelines: 'Pipelines',
    portfolio: 'Carteira',
    alarms: 'Alarmes',
    settings: 'Configurações',
    open: 'Abrir a navegação',
    close: 'Fechar a navegação',
  },
  project: { label: 'Projeto', all: 'Todos os projetos' },
  language: { label: 'Idioma', en: 'English', 'pt-BR': 'Português (Brasil)' },
  theme: { label: 'Tema', system: 'Como no sistema', light: 'Claro', dark: 'Escuro' },
  user: { menu: 'Sua conta', settings: 'Perfil e configurações', signOut: 'Sair' },
  connection: {
    live: 'Ao vivo',
    connecting: 'Conectando…',
    reconnecting: 'Reconectando…',
    liveHint: 'As mudanças aparecem na hora.',
    reconnectingHint:
      'A conexão ao vivo caiu. O que está na tela pode estar desatualizado; ela se recupera sozinha.',
  },
  palette: {
    open: 'Buscar ou ir para…',
    title: 'Paleta de comandos',
    placeholder: 'Digite uma página ou uma ação…',
    empty: 'Nada corresponde a “{{query}}”.',
    pages: 'Ir para',
    actions: 'Ações',
    runs: 'Execuções recentes',
    theme: 'Tema: {{value}}',
    language: 'Idioma: {{value}}',
    project: 'Projeto: {{value}}',
    hint: '↑↓ para mover, Enter para escolher, Esc para fechar',
  },
  notFound: {
    title: 'Não há nada neste endereço',
    text: 'O link pode ser antigo, ou o objeto pode ter sido excluído.',
    home: 'Ir para o início',
  },
};
