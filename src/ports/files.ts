/** Text files of the person who runs us, relative to the working folder. */
export interface Files {
  /** @returns undefined where there is no such file; throws PmpError for anything else (a folder, no permission, not UTF-8, over 4 MiB). */
  read(path: string): Promise<string | undefined>;
  /** Must replace atomically: a reader sees the old text or the new one. `private` is mode 0600. */
  write(path: string, text: string, options?: { readonly private?: boolean }): Promise<void>;
}

/** Reads from the package's templates/ folder; `name` is relative to it. */
export interface Templates {
  read(name: string): Promise<string>;
}
