/** The folder of files that ship beside the bundle (`dist/`): the simulated board's worker and firmware. Set by the build. */
declare const ASSETS_FOLDER: string;
