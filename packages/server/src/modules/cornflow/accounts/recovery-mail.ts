import type { Locale } from '@dumont/contracts/identity/auth';

interface Texts {
  readonly subject: string;
  readonly text: (password: string) => string;
}

const texts: Readonly<Record<Locale, Texts>> = {
  en: {
    subject: 'Your temporary password',
    text: (password) =>
      `Somebody asked for a new password for this address.\n\nUntil an hour from now you can sign in with\n\n    ${password}\n\nand then choose another one. The password that you have stays good until then. If it was not you who asked, there is nothing to do.\n`,
  },
  'pt-BR': {
    subject: 'Sua senha temporária',
    text: (password) =>
      `Alguém pediu uma senha nova para este endereço.\n\nPor uma hora você pode entrar com\n\n    ${password}\n\ne então escolher outra. A senha que você tem vale até lá. Se não foi você quem pediu, não há nada a fazer.\n`,
  },
};

export const recoveryMail = (
  language: Locale,
  password: string,
): { readonly subject: string; readonly text: string } => {
  const { subject, text } = texts[language];
  return { subject, text: text(password) };
};
