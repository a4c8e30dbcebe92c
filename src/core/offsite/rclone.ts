// rclone, the user's own: the only way to places that are no folders.

export interface RcloneOptions {
  /** Where rclone is; usual: on the PATH. */
  rclonePath?: string | undefined;
}
