import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { ChevronDown, ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';

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
  return (
    <Menu
      trigger={
        <Button>
          {t('pages')}
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      {links.map(([url, text]) => (
        <MenuItem key={url} asChild>
          <a href={url} target="_blank" rel="noreferrer">
            <ExternalLink aria-hidden />
            {text}
          </a>
        </MenuItem>
      ))}
    </Menu>
  );
};
