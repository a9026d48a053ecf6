import { ImageOff } from 'lucide-react';
import { cn } from '../../lib/cn.ts';

interface ProductPictureProps {
  /** Of the first picture; undefined where there is none. */
  readonly name: string | undefined;
  /** What it shows; empty beside the product's name. */
  readonly alt: string;
  readonly className?: string;
}

export const pictureUrl = (name: string): string => `/api/v1/storefront/images/${name}`;

export const ProductPicture = ({ name, alt, className }: ProductPictureProps) => {
  const box = cn('size-9 shrink-0 rounded-md border border-line bg-sunken object-cover', className);
  if (name !== undefined) return <img src={pictureUrl(name)} alt={alt} loading="lazy" className={box} />;
  return (
    <span className={cn(box, 'inline-flex items-center justify-center text-ink-faint')}>
      <ImageOff aria-hidden className="size-4" />
    </span>
  );
};
