export { FakeClock } from './fake-clock.ts';
export { FakeContainerRuntime, type ContainerScript, type FakeContainer } from './fake-container-runtime.ts';
