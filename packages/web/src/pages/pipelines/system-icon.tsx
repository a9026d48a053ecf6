import {
  Book,
  Box,
  Calendar,
  ChartCandlestick,
  ChartPie,
  Database,
  Download,
  FileCode,
  FileText,
  Globe,
  Landmark,
  Percent,
  Wallet,
  type LucideIcon,
} from 'lucide-react';

/** The icons that a manifest may name; another name gets a box. The whole set would be a megabyte. */
const icons: Readonly<Record<string, LucideIcon>> = {
  book: Book,
  calendar: Calendar,
  'candlestick-chart': ChartCandlestick,
  'pie-chart': ChartPie,
  database: Database,
  download: Download,
  'file-code': FileCode,
  'file-text': FileText,
  globe: Globe,
  landmark: Landmark,
  percent: Percent,
  wallet: Wallet,
};

export const SystemIcon = ({ name }: { readonly name: string }) => {
  const Icon = icons[name] ?? Box;
  return <Icon aria-hidden className="size-4 shrink-0 text-ink-muted" />;
};
