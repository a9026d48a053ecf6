import { gatewayMethods } from '@dumont/contracts/gateway/gateway-routes';
import { useController, useFormContext } from 'react-hook-form';
import { Checkbox } from '../../../ui/checkbox.tsx';
import type { RouteDraft } from './route-draft.ts';

interface MethodsFieldProps {
  readonly name: 'methods' | 'cors.methods';
  readonly label: string;
  readonly hint?: string;
}

export const MethodsField = ({ name, label, hint }: MethodsFieldProps) => {
  const { control } = useFormContext<RouteDraft>();
  const { field } = useController({ control, name });
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 text-xs font-medium text-ink-muted">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        {gatewayMethods.map((method) => (
          <Checkbox
            key={method}
            label={<span className="font-mono text-xs">{method}</span>}
            checked={field.value.includes(method)}
            onChange={(checked) =>
              // In the order of the contract, whatever the order of the clicks.
              field.onChange(
                gatewayMethods.filter((each) => (each === method ? checked : field.value.includes(each))),
              )
            }
          />
        ))}
      </div>
      {hint !== undefined && <p className="text-xs text-ink-muted">{hint}</p>}
    </fieldset>
  );
};
