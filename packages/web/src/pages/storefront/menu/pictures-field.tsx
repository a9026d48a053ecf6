import { ImagePlus, X } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NotAPicture, shrinkPicture } from '../../../features/storefront/picture-file.ts';
import { pictureUrl } from '../../../features/storefront/product-picture.tsx';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';

/** One that the product has, or one that was chosen and is not saved yet. */
export type ChosenPicture = { readonly name: string } | { readonly blob: Blob };

const most = 6;

interface PicturesFieldProps {
  /** Its name, for those who hear what the pictures show. */
  readonly product: string;
  readonly pictures: readonly ChosenPicture[];
  readonly onChange: (pictures: readonly ChosenPicture[]) => void;
}

/** The pictures of a product: added and taken off here, saved with the form. */
export const PicturesField = ({ product, pictures, onChange }: PicturesFieldProps) => {
  const { t } = useTranslation('storefront');
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isWrong, setWrong] = useState(false);

  const add = async (files: readonly File[]) => {
    setWrong(false);
    try {
      const blobs = await Promise.all(files.slice(0, most - pictures.length).map(shrinkPicture));
      onChange([...pictures, ...blobs.map((blob) => ({ blob }))]);
    } catch (error) {
      if (!(error instanceof NotAPicture)) throw error;
      setWrong(true);
    }
  };

  return (
    <fieldset className="flex flex-col gap-1.5" aria-describedby={`${id}-hint`}>
      <legend className="mb-1.5 text-xs font-medium text-ink-muted">{t('pictures')}</legend>
      <ul className="flex flex-wrap gap-2">
        {pictures.map((picture, index) => (
          <li key={'name' in picture ? picture.name : index} className="relative">
            <Preview picture={picture} alt={t('picture', { number: index + 1, name: product })} />
            <IconButton
              variant="secondary"
              size="sm"
              label={t('removePicture', { number: index + 1 })}
              onClick={() => onChange(pictures.filter((other) => other !== picture))}
              className="absolute top-1 right-1"
            >
              <X aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      {pictures.length < most && (
        <>
          <input
            ref={input}
            type="file"
            accept="image/*"
            multiple
            tabIndex={-1}
            aria-hidden
            className="hidden"
            onChange={(event) => {
              void add([...(event.target.files ?? [])]);
              // The same file may be chosen again.
              event.target.value = '';
            }}
          />
          <Button className="self-start" onClick={() => input.current?.click()}>
            <ImagePlus aria-hidden />
            {t('addPicture')}
          </Button>
        </>
      )}
      {isWrong && (
        <p role="alert" className="text-xs text-danger">
          {t('pictureWrong')}
        </p>
      )}
      <p id={`${id}-hint`} className="text-xs text-ink-muted">
        {t('picturesHint', { most })}
      </p>
    </fieldset>
  );
};

const Preview = ({ picture, alt }: { readonly picture: ChosenPicture; readonly alt: string }) => {
  const url = useMemo(
    () => ('name' in picture ? pictureUrl(picture.name) : URL.createObjectURL(picture.blob)),
    [picture],
  );
  useEffect(() => () => ('blob' in picture ? URL.revokeObjectURL(url) : undefined), [picture, url]);
  return <img src={url} alt={alt} className="size-24 rounded-md border border-line bg-sunken object-cover" />;
};
