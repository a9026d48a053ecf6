import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';

interface PageLinksProps {
  readonly place: RouteResponse<Routes['getStorefront']>;
}

/** The pages of the service itself: what customers, kitchen and counter see. */
export const PageLinks = ({ place }: PageLinksProps) => {
  const { t } = useTranslation('storefront');
  const links = [
    [place.shopUrl, t('shop')],
    [place.kitchenUrl, t('kitchen')],
    [place.pickupUrl, t('pickup')],
  ] as const;
  return links.map(([url, text]) => (
    <Button key={url} asChild>
      <a href={url} target="_blank" rel="noreferrer">
        <ExternalLink aria-hidden />
        {text}
      </a>
    </Button>
  ));
};
