import { mount } from '../ui/mount.tsx';
import { Shop } from './shop.tsx';

mount(<Shop />);
