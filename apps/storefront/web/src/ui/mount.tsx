import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import './pages.css';

export const mount = (page: ReactNode): void => {
  const place = document.getElementById('app');
  if (place !== null) createRoot(place).render(<StrictMode>{page}</StrictMode>);
};
