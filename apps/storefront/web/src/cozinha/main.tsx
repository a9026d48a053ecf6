import { mount } from '../ui/mount.tsx';
import { KitchenPage } from './kitchen-page.tsx';

mount(<KitchenPage />);
