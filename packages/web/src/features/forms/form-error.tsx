import { ApiError } from '@dumont/contracts/client';
import { errorText } from '../../i18n/error-text.ts';
import { Alert } from '../../ui/alert.tsx';

/** Why the server refused a form, with the fields that it names; nothing while it did not. */
export const FormError = ({ error }: { readonly error: unknown }) => {
  if (error === null || error === undefined) return null;
  const fields = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  return (
    <Alert tone="danger">
      {errorText(error)}
      {fields.length > 0 && (
        <ul className="mt-1 list-disc pl-4">
          {fields.map(({ path, message }) => (
            <li key={`${path} ${message}`} className="break-words">
              {path.replace(/^body\./, '')}: {message}
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
};
