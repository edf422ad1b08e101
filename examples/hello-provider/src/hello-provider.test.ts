import { describeProvider } from '@vk/provider-testkit';
import { provider } from './hello-provider.ts';

describeProvider({ definition: provider });
