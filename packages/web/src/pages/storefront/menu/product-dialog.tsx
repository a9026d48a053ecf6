import { menuCategories, type MenuCategory } from '@dumont/contracts/storefront/words';
import { zodResolver } from '@hookform/resolvers/zod';
import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import { useMemo, useRef, useState } from 'react';
import { useController, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FormDialog } from '../../../features/forms/form-dialog.tsx';
import { LabelledSwitch } from '../../../features/forms/labelled-switch.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { toBase64 } from '../../../features/storefront/picture-file.ts';
import { editPrice, parsePrice } from '../../../features/storefront/price.ts';
import { api } from '../../../lib/api.ts';
import { storefrontQueries } from '../../../queries/storefront.ts';
import { Field } from '../../../ui/field.tsx';
import { Input, Textarea } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { PicturesField, type ChosenPicture } from './pictures-field.tsx';

interface ProductDialogProps {
  /** Undefined for a new one. */
  readonly product: MenuProduct | undefined;
  /** Of a new one, where one is looked at. */
  readonly category?: MenuCategory | undefined;
  readonly onClose: () => void;
}

const limits = { name: 120, description: 1000 };

const ProductDialog = ({ product, category, onClose }: ProductDialogProps) => {
  const { t, i18n } = useTranslation(['storefront', 'common']);
  const schema = useMemo(() => {
    const tooLong = (most: number) => t('tooLong', { most });
    return z.object({
      name: z.string().trim().min(1, t('required')).max(limits.name, tooLong(limits.name)),
      description: z.string().trim().max(limits.description, tooLong(limits.description)),
      price: z
        .string()
        .transform((text) => parsePrice(text) ?? '')
        .refine((price) => price !== '', t('priceWrong')),
      category: z.enum(menuCategories),
      available: z.boolean(),
    });
  }, [t]);
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: {
      name: product?.name ?? '',
      description: product?.description ?? '',
      price: product === undefined ? '' : editPrice(product.price, i18n.language),
      category: product?.category ?? category ?? 'Lanche',
      available: product?.available ?? true,
    },
  });
  const { errors } = form.formState;
  const { field: categoryField } = useController({ control: form.control, name: 'category' });
  const { field: availableField } = useController({ control: form.control, name: 'available' });
  const [pictures, setPictures] = useState<readonly ChosenPicture[]>(
    () => product?.images.map((name) => ({ name })) ?? [],
  );
  // What was made by an attempt whose pictures failed: the next one goes on with it.
  const made = useRef(product);

  const save = useSave({
    save: async (body: z.output<typeof schema>) => {
      made.current =
        made.current === undefined
          ? await api.createMenuProduct({ body })
          : await api.replaceMenuProduct({ params: { id: made.current.id }, body });
      const { id, images } = made.current;
      const kept = new Set(pictures.flatMap((picture) => ('name' in picture ? [picture.name] : [])));
      for (const name of images) if (!kept.has(name)) await api.deleteMenuImage({ params: { id, name } });
      for (const picture of pictures)
        if ('blob' in picture)
          await api.addMenuImage({ params: { id }, body: { contentBase64: await toBase64(picture.blob) } });
      return made.current;
    },
    refresh: [storefrontQueries.products().queryKey],
    done: ({ name, available }) =>
      t(product !== undefined ? 'saved' : available ? 'created' : 'createdHidden', { name }),
    onDone: onClose,
  });

  return (
    <FormDialog
      title={product === undefined ? t('newProduct') : t('editProduct', { name: product.name })}
      action={product === undefined ? t('create') : t('common:save')}
      busy={save.isPending}
      error={save.error}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      onClose={onClose}
    >
      <Field label={t('name')} error={errors.name?.message}>
        <Input autoComplete="off" {...form.register('name')} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('filter.category')}>
          <Select
            value={categoryField.value}
            onChange={categoryField.onChange}
            options={menuCategories.map((value) => ({ value, label: t(`category.${value}`) }))}
          />
        </Field>
        <Field label={t('price')} error={errors.price?.message} hint={product && t('priceHint')}>
          <Input inputMode="decimal" autoComplete="off" {...form.register('price')} />
        </Field>
      </div>
      <Field
        label={`${t('productDescription')} (${t('common:optional')})`}
        error={errors.description?.message}
      >
        <Textarea rows={3} {...form.register('description')} />
      </Field>
      <PicturesField product={product?.name ?? t('newProduct')} pictures={pictures} onChange={setPictures} />
      <LabelledSwitch
        label={t('available')}
        hint={t('availableHint')}
        checked={availableField.value}
        onChange={availableField.onChange}
      />
    </FormDialog>
  );
};

export default ProductDialog;
