import { expect, it } from 'vitest';
import { mountTargetsBelow } from './mount-table.ts';

const table = `22 27 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
30 27 0:40 / /root/pods rw - tmpfs tmpfs rw
31 30 0:41 / /root/pods/a rw shared:1 master:2 - tmpfs tmpfs rw
32 31 8:1 /x /root/pods/a/with\\040blank\\134 rw - ext4 /dev/sda rw
33 27 0:42 / /root/pods-of-others rw - tmpfs tmpfs rw
`;

it('The mounts below a path come with the last made first, by whole names, with what is escaped in the table as it is', () => {
  expect(mountTargetsBelow(table, '/root/pods')).toEqual(['/root/pods/a/with blank\\', '/root/pods/a', '/root/pods']);
  expect(mountTargetsBelow(table, '/root/pods/b')).toEqual([]);
  expect(mountTargetsBelow(table, '/root/pods/a/with blank\\')).toEqual(['/root/pods/a/with blank\\']);
});
