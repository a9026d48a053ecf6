import type { OfferQuery } from '../provider.ts';

/** ISO 3166-1 alpha-2 codes, as the end of the provider's `geolocation` ("Sweden, SE"). */
const countries: Readonly<Record<NonNullable<OfferQuery['region']>, readonly string[]>> = {
  US: ['US'],
  // The European Union, the European Economic Area, Switzerland, the United Kingdom and their neighbours in Europe.
  EU: 'AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM UA UK VA XK'.split(
    ' ',
  ),
  ASIA: 'AE AF AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE'.split(
    ' ',
  ),
};

export const countriesOf = (region: NonNullable<OfferQuery['region']>): readonly string[] =>
  countries[region];

export const isInRegion = (
  geolocation: string | null,
  region: NonNullable<OfferQuery['region']>,
): boolean => {
  const code = /([A-Z]{2})\s*$/.exec(geolocation ?? '')?.[1];
  return code !== undefined && countries[region].includes(code);
};
