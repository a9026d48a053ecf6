import { useMutation } from '@tanstack/react-query';
import { gatewayMethods, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { Send } from 'lucide-react';
import { Controller, useForm, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { FormError } from '../../../features/forms/form-error.tsx';
import { api } from '../../../lib/api.ts';
import { linesOf } from '../../../lib/lines.ts';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input, Textarea } from '../../../ui/input.tsx';
import { Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { TestAnswer } from './test-answer.tsx';
import { firstTarget, headersOf } from './test-request.ts';

interface TestDraft {
  method: GatewayRoute['methods'][number];
  target: string;
  headers: string;
  body: string;
}

const bodiless: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** A request through the gateway, as any client would send it, and what came of it. */
export const TestTab = ({ route }: { readonly route: GatewayRoute }) => {
  const { t } = useTranslation(['services', 'common']);
  const methods = route.methods.length === 0 ? gatewayMethods : route.methods;
  const form = useForm<TestDraft>({
    defaultValues: {
      method: methods[0] ?? 'GET',
      target: firstTarget(route.path),
      headers: '',
      body: '',
    },
  });
  const method = useWatch({ control: form.control, name: 'method' });
  const test = useMutation({
    mutationFn: (values: TestDraft) =>
      api.testGatewayRoute({
        params: { id: route.id },
        body: {
          method: values.method,
          target: values.target.trim(),
          headers: headersOf(values.headers),
          ...(bodiless.includes(values.method) || values.body === '' ? {} : { body: values.body }),
        },
      }),
  });
  const { errors } = form.formState;
  return (
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <Section title={t('test.request')}>
        <form
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => void form.handleSubmit((values) => test.mutate(values))(event)}
        >
          <div className="flex items-start gap-2">
            <Controller
              control={form.control}
              name="method"
              render={({ field }) => (
                <Field label={t('test.method')} className="w-28 shrink-0">
                  <Select
                    value={field.value}
                    onChange={field.onChange}
                    options={methods.map((value) => ({ value, label: value }))}
                  />
                </Field>
              )}
            />
            <Field label={t('test.target')} className="min-w-0 flex-1" error={errors.target?.message}>
              <Input
                spellCheck={false}
                className="font-mono"
                {...form.register('target', {
                  validate: (target) => /^\/[^\s#]*$/.test(target.trim()) || t('test.targetWrong'),
                })}
              />
            </Field>
          </div>
          <Field
            label={`${t('test.headers')} (${t('common:optional')})`}
            hint={t('hint.headerLines')}
            error={errors.headers?.message}
          >
            <Textarea
              rows={3}
              spellCheck={false}
              className="font-mono"
              placeholder="accept: application/json"
              {...form.register('headers', {
                validate: (text) =>
                  linesOf(text).every((line) => /^[^\s:]+:/.test(line)) || t('wrong.headerLines'),
              })}
            />
          </Field>
          {!bodiless.includes(method) && (
            <Field label={`${t('test.body')} (${t('common:optional')})`}>
              <Textarea rows={6} spellCheck={false} className="font-mono" {...form.register('body')} />
            </Field>
          )}
          <FormError error={test.error} />
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="min-w-0 flex-1 text-xs text-ink-muted">{t('test.note')}</p>
            <Button type="submit" variant="primary" busy={test.isPending}>
              <Send aria-hidden />
              {t('test.send')}
            </Button>
          </div>
        </form>
      </Section>
      <Section title={t('test.answer')}>
        {test.data === undefined ? (
          <p className="text-sm text-ink-muted">{t('test.none')}</p>
        ) : (
          <TestAnswer answer={test.data} />
        )}
      </Section>
    </div>
  );
};
