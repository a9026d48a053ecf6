export interface Place {
  readonly city: string;
  readonly country: string;
  readonly countryCode: string;
  readonly latitude: number;
  readonly longitude: number;
}

const place = (city: string, country: string, countryCode: string, latitude: number, longitude: number) => ({
  city,
  country,
  countryCode,
  latitude,
  longitude,
});

export const places: readonly Place[] = [
  place('California', 'California', 'US', 37.7749, -122.4194),
  place('Texas', 'Texas', 'US', 30.2672, -97.7431),
  place('Utah', 'Utah', 'US', 40.7608, -111.891),
  place('New York', 'New York', 'US', 40.7128, -74.006),
  place('Montreal', 'Quebec', 'CA', 45.5019, -73.5674),
  place('Sao Paulo', 'Brazil', 'BR', -23.5505, -46.6333),
  place('Curitiba', 'Brazil', 'BR', -25.4284, -49.2733),
  place('Stockholm', 'Sweden', 'SE', 59.3293, 18.0686),
  place('Oslo', 'Norway', 'NO', 59.9139, 10.7522),
  place('Frankfurt', 'Germany', 'DE', 50.1109, 8.6821),
  place('Warsaw', 'Poland', 'PL', 52.2297, 21.0122),
  place('Prague', 'Czechia', 'CZ', 50.0755, 14.4378),
  place('London', 'United Kingdom', 'GB', 51.5072, -0.1276),
  place('Madrid', 'Spain', 'ES', 40.4168, -3.7038),
  place('Tokyo', 'Japan', 'JP', 35.6762, 139.6503),
  place('Seoul', 'South Korea', 'KR', 37.5665, 126.978),
  place('Taipei', 'Taiwan', 'TW', 25.033, 121.5654),
  place('Sydney', 'Australia', 'AU', -33.8688, 151.2093),
];
