import type { FindingCode } from '@dumont/contracts/findings';

/** The server's findings in Portuguese; `{name}` is filled from their parameters. English is the server's own text. */
export const findingTexts: Readonly<Record<FindingCode, string>> = {
  'credential.incomplete': 'Nada foi tentado: salve antes o endereço, o usuário e a senha.',
  'credential.signed_in_basic': 'Entrou em {at} (autenticação básica).',
  'credential.signed_in_form': 'Entrou em {at} (formulário).',
  'credential.refused_basic': '{at} recusou o usuário ou a senha (autenticação básica).',
  'credential.refused_form': '{at} recusou o usuário ou a senha (formulário).',
  'credential.not_there': '{at} não existe (404): confira o endereço.',
  'credential.too_often': '{at} não aceita mais tentativas no momento (429): tente mais tarde.',
  'credential.portal_fails': '{at} está com problemas ({status}): tente mais tarde.',
  'credential.odd_answer': '{at} respondeu {status}, que não é uma página nem um pedido de login.',
  'credential.other_host': 'O formulário envia para {at}: a senha não foi enviada para lá.',
  'credential.form_in_address': 'O formulário colocaria a senha no endereço: ela não foi enviada.',
  'credential.unknown_scheme': '{at} pede um tipo de login que não é conhecido aqui ({scheme}).',
  'credential.no_sign_in': '{at} responde, mas não pede login: usuário e senha não puderam ser testados.',
  'credential.no_answer': 'Não foi possível testar {at}: {reason}.',

  'folder.not_absolute': 'não é um caminho absoluto',
  'folder.outside': 'fica fora das pastas que este servidor permite',
  'folder.no_folder': 'não é uma pasta',
  'folder.missing': 'não existe',
  'folder.denied': 'não pode ser usada por este servidor (permissão negada)',
  'folder.read_only': 'fica em um disco que não aceita gravação',
  'folder.circle': 'é um círculo de links',
  'folder.too_long': 'é longo demais',
  'folder.disk_full': 'não pôde ser criada: o disco está cheio',
  'folder.unusable': 'não pode ser usada ({reason})',

  'database.answers': 'o PostgreSQL {version} responde em {tookMs} ms e guarda {sizeGibibytes} GiB',
  'database.silent': 'o banco de dados não responde: {reason}',
  'database.silent_remedy':
    'Veja o log do servidor; com DATABASE_URL definida, confira se o banco está no ar e pode ser alcançado.',
  'clock.skew': 'servidor e banco de dados diferem em {skewMs} ms',
  'clock.skew_remedy': 'Sincronize os relógios das duas máquinas (NTP): concessões e tokens dependem deles.',
  'disk.free': '{freeGibibytes} GiB livres onde fica a pasta de dados',
  'disk.free_remedy': 'Libere espaço ou mude a pasta de dados com DUMONT_DATA_DIR.',
  'confinement.remedy': 'Instale o bubblewrap (apt-get install bubblewrap) e inicie de novo.',
  'snapshots.ready': 'o restic {version} faz os snapshots das máquinas',
  'snapshots.off': 'sem snapshots de máquinas: {reason}',
  'snapshots.remedy': 'Instale o restic 0.14 ou mais novo (apt-get install restic) e inicie de novo.',
};
