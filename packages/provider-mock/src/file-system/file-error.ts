const words = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EEXIST: 'File exists',
  ENOTEMPTY: 'Directory not empty',
  EROFS: 'Read-only file system',
  ENOSPC: 'No space left on device',
  ELOOP: 'Too many levels of symbolic links',
  EINVAL: 'Invalid argument',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
} as const;

/** What the file system does not do, in the words of the C library. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly code: keyof typeof words;
  readonly path: string;

  constructor(code: keyof typeof words, path: string) {
    super(words[code]);
    this.code = code;
    this.path = path;
  }
}
