import { Eye, EyeOff } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../lib/cn.ts';

export const controlStyles =
  'w-full rounded-md border border-control-line bg-surface text-ink transition-colors hover:border-ink-muted aria-invalid:border-danger disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-muted';

interface InputProps extends Omit<ComponentProps<'input'>, 'size'> {
  readonly size?: 'md' | 'lg';
}

export const Input = ({ className, size = 'md', ...props }: InputProps) => (
  <input
    className={cn(
      controlStyles,
      size === 'lg' ? 'h-10 px-3 text-base sm:text-sm' : 'h-8 px-2.5 text-sm',
      className,
    )}
    {...props}
  />
);

/** A password that its owner may look at while typing. */
export const PasswordInput = ({ className, ...props }: Omit<InputProps, 'type'>) => {
  const { t } = useTranslation('common');
  const [shown, setShown] = useState(false);
  return (
    <span className="relative block">
      <Input type={shown ? 'text' : 'password'} className={cn('pr-10', className)} {...props} />
      <button
        type="button"
        aria-label={shown ? t('hidePassword') : t('showPassword')}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 inline-flex w-9 items-center justify-center rounded-md text-ink-muted hover:text-ink [&_svg]:size-4"
      >
        {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
      </button>
    </span>
  );
};

export const Textarea = ({ className, ...props }: ComponentProps<'textarea'>) => (
  <textarea className={cn(controlStyles, 'min-h-20 px-2.5 py-1.5 text-sm', className)} {...props} />
);
