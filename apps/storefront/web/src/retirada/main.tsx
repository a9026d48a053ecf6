import { mount } from '../ui/mount.tsx';
import { PickupBoard } from './pickup-board.tsx';

mount(<PickupBoard />);
