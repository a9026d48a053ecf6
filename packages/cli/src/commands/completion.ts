import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { readWords } from '../completion/words.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { OpenContext } from '../context.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof shells;

export const registerCompletion = (program: Command, open: OpenContext): void => {
  program
    .command('completion')
    .summary('print the completion of your shell')
    .description('Print what makes your shell complete dumont commands and options.')
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      `
Load it now:
  bash  source <(dumont completion bash)
  zsh   source <(dumont completion zsh)
  fish  dumont completion fish | source
For good, put that line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish.`,
    )
    .action(async (shell: Shell, _options: unknown, command: Command) => {
      const script = shells[shell](readWords(program));
      await open(command).out.write(script);
    });
};
